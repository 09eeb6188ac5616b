"""What the guide answers: the first of the rules below that has something to say."""

import re
from collections.abc import Callable
from dataclasses import replace

from conversations.protocol import jsontext
from conversations.providers.guide.ask import Ask
from conversations.providers.guide.commands import Command, command_in, reply_to_command
from conversations.providers.guide.documentation import Section
from conversations.providers.guide.functions import answer_from, calls_for
from conversations.providers.guide.images import seen_in
from conversations.providers.guide.memory import from_memory, name_in, quoted
from conversations.providers.guide.notes import are_notes_wanted, notes_of
from conversations.providers.guide.reply import Reply
from conversations.providers.guide.samples_of_items import rolled
from conversations.providers.guide.schema import value_for
from conversations.providers.guide.search import documentation_index
from conversations.providers.guide.showcase import asked_samples, samples
from conversations.providers.guide.style import styled
from conversations.providers.guide.summary import is_compaction_wanted, summary_of
from conversations.providers.guide.title import is_title_wanted, title_of

LONGEST_QUOTATION = 4000
GREETING = re.compile(
    r"\W*(?:hi|hello|hey|hey there|hi there|good (?:morning|afternoon|evening)|你好|您好|嗨)\b\W*$",
    re.I,
)
HELP = re.compile(
    r"\W*(?:help|what can (?:i|you) (?:ask|do)|wh(?:at|o) are you|你能做什么|你是谁|帮助)\b.*",
    re.I,
)
THANKS = re.compile(r"\W*(?:thanks|thank you|谢谢)\b", re.I)
EVERY_ITEM = re.compile(
    r"\W*(?:please )?show (?:me )?(?:all|each|every) (?:the )?(?:kinds?|types?) of items?\W*$",
    re.I,
)
NO_MODEL = (
    "No model is connected to this app yet. I am the guide: I answer from the app's own "
    "documentation, and I understand nothing beyond it."
)
ABILITIES = """\
You can ask me

- how something in this app works, such as *How do I connect a provider?*
- to show you `markdown`, `code`, a `table`, `maths`, a `diagram` or every kind of item
- to use a tool: switch *Tools* on in the settings, then ask `What is 17*23?`, *What time is it?*,
  *Search the files for owls* or *Search my chats for owls*
- what I remember: *My name is Ada*, then *What is my name?*, or *What did I ask first?*
- to go slow, to reason, to fail …: write `try:` and I list the words

An administrator can connect a real provider, and its models then answer here instead of me."""


def compose(ask: Ask) -> Reply:
    """The reply to a request."""
    reply = next(reply for rule in RULES if (reply := rule(ask)))
    if not reply.exact:
        reply = replace(reply, text=styled(reply.text, ask.instructions))
    if _wants_reasoning(ask) and not reply.reasoning:
        reply = replace(reply, reasoning=_reasoning(ask))
    return reply


def _title(ask: Ask) -> Reply | None:
    if not is_title_wanted(ask):
        return None
    return Reply(title_of(next(filter(None, ask.questions), "")), exact=True)


def _summary(ask: Ask) -> Reply | None:
    return Reply(summary_of(ask), exact=True) if is_compaction_wanted(ask) else None


def _notes(ask: Ask) -> Reply | None:
    if not are_notes_wanted(ask):
        return None
    return Reply(jsontext.dumps(notes_of(ask)), exact=True)


def _tool_results(ask: Ask) -> Reply | None:
    return Reply(answer_from(ask)) if ask.tool_outputs else None


def _approvals(ask: Ask) -> Reply | None:
    if not ask.approvals:
        return None
    allowed = [rolled(request) for request, may in ask.approvals if may]
    text = "You allowed it, and I would have rolled a 17." if allowed else "I leave the dice alone."
    return Reply(text, items=allowed)


def _command(ask: Ask) -> Reply | None:
    command = command_in(ask.question)
    return reply_to_command(command, ask) if command else None


def _tool_call(ask: Ask) -> Reply | None:
    calls = calls_for(ask)
    return Reply(calls=calls, exact=True) if calls else None


def _structured(ask: Ask) -> Reply | None:
    form = (ask.body.get("text") or {}).get("format") or {}
    if form.get("type") == "json_schema":
        value = value_for(form.get("schema") or {}, ask.question)
        return Reply(jsontext.dumps(value), exact=True)
    if form.get("type") == "json_object":
        value = {"question": ask.question, "answer": _documented(ask).text}
        return Reply(jsontext.dumps(value), exact=True)
    return None


def _memory(ask: Ask) -> Reply | None:
    text = from_memory(ask)
    return Reply(text) if text else None


def _images(ask: Ask) -> Reply | None:
    text = seen_in(ask)
    return Reply(text) if text else None


def _showcase(ask: Ask) -> Reply | None:
    if EVERY_ITEM.match(ask.question):
        return reply_to_command(Command({"items": None}, []), ask)
    names = asked_samples(ask.question)
    return Reply(samples(names)) if names else None


def _small_talk(ask: Ask) -> Reply | None:
    name = name_in(ask)
    if GREETING.match(ask.question) or not ask.question.strip():
        return Reply(f"Hello{f', {name}' if name else ''}. {NO_MODEL}\n\n{ABILITIES}")
    if HELP.fullmatch(ask.question):
        return Reply(f"{NO_MODEL}\n\n{ABILITIES}")
    if THANKS.match(ask.question):
        return Reply("You are welcome.")
    return None


def _documented(ask: Ask) -> Reply:
    found = documentation_index().best(ask.question)
    notice = "" if ask.context or len(ask.questions) > 1 else f"{NO_MODEL}\n\n"
    if not found:
        return Reply(f"I found nothing about that in the documentation. {NO_MODEL}\n\n{ABILITIES}")
    return Reply(f"{notice}{_quotation(found[0])}{_see_also(found)}")


def _quotation(section: Section) -> str:
    return f"From **{section.title}** in `{section.file}`:\n\n{quoted(_shortened(section.text))}\n"


def _shortened(text: str) -> str:
    """The first paragraphs of a section; a block of code is never left open."""
    if len(text) <= LONGEST_QUOTATION:
        return text
    kept = text[:LONGEST_QUOTATION].rpartition("\n\n")[0] or text[:LONGEST_QUOTATION]
    if kept.count("```") % 2:
        kept += "\n```"
    return f"{kept}\n\n…"


def _see_also(found: list[Section]) -> str:
    others = [f"- **{section.title}** in `{section.file}`" for section in found[1:]]
    return "\nSee also:\n\n" + "\n".join(others) + "\n" if others else ""


def _wants_reasoning(ask: Ask) -> bool:
    return (ask.body.get("reasoning") or {}).get("effort") not in (None, "none")


def _reasoning(ask: Ask) -> str:
    effort = ask.body["reasoning"]["effort"]
    return (
        f"**Reading the question**\n\nIt has {len(ask.question.split())} words; the effort asked "
        f"for is {effort}.\n\n**Looking for an answer**\n\nI have no model to think with: I "
        "compare the words with what I know, and take what fits best."
    )


RULES: tuple[Callable[[Ask], Reply | None], ...] = (
    _title,
    _summary,
    _notes,
    _tool_results,
    _approvals,
    _command,
    _tool_call,
    _structured,
    _images,
    _memory,
    _showcase,
    _small_talk,
    _documented,
)
