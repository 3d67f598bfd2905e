"""What a deployment is called, and keys of old."""

from __future__ import annotations

from typing import Final

from mainspring.core.instance.settings.kinds import ClassOf, Flag, OneOf, Section, Setting, Text

COLOURS: Final = "grey red orange yellow green teal cyan blue violet pink".split()

_NOTHING_SENT: Final = "Nothing is sent anywhere; there is nothing to turn off."

KEYS: Final = {
    "ui": Setting(
        Section(
            {
                "name": Setting(
                    Text(), "What the deployment is called, in the title of every page.", "Mainspring"
                ),
                "environment": Setting(
                    Section(
                        {
                            "label": Setting(Text(), "A word shown on every page, such as `production`."),
                            "colour": Setting(OneOf(COLOURS), "The colour of that word.", "grey"),
                        },
                        needs=("label",),
                    ),
                    "Which of several deployments this is.",
                ),
                "path_prefix": Setting(
                    Text("a path such as /mainspring, with no / at its end", r"(?:/[A-Za-z0-9._~-]+)+"),
                    "What stands before the path of every page, behind a proxy.",
                ),
            }
        ),
        "What the pages show.",
    ),
    "telemetry": Setting(
        Section({"enabled": Setting(Flag(), "Whether usage is reported.", False, instead=_NOTHING_SENT)}),
        "Reports of usage.",
    ),
    "nux": Setting(
        Section(
            {"enabled": Setting(Flag(), "Whether new users are asked for an address.", instead=_NOTHING_SENT)}
        ),
        "A greeting for new users.",
    ),
    "scheduler": Setting(
        ClassOf("scheduler"),
        "Older form: the class that runs schedules.",
        instead="The daemon runs schedules.",
    ),
    "instance_class": Setting(
        ClassOf("instance_class"),
        "Older form: the class of the instance.",
        instead="It is always `Instance`.",
    ),
}
