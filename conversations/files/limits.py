"""What a process may use that looks at one file which may be hostile."""

import resource

CPU_SECONDS = 20
MEMORY_BYTES = 768 * 1024 * 1024
WRITTEN_BYTES = 64 * 1024 * 1024


def limit_this_process(cpu_seconds: int = CPU_SECONDS) -> None:
    """Have it be ended, or fail, when it uses more."""
    for limit, most in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, WRITTEN_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(limit, (most, most))
