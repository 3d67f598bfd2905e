import json
from pathlib import Path

from mainspring import ConfigurableResource, EnvVar, FilesystemIOManager, InMemoryIOManager


class Folder(ConfigurableResource):
    path: str

    def names(self) -> list[str]:
        return sorted(file.name for file in Path(self.path).glob("*.json"))

    def read(self, name: str) -> list[dict]:
        return json.loads((Path(self.path) / name).read_text())


class Slack(ConfigurableResource):
    channel: str
    token: str
    outbox: str = "outbox.txt"

    def post(self, text: str) -> None:
        with open(self.outbox, "a") as lines:
            lines.write(f"{self.channel}: {text}\n")


LOCAL = {
    "folder": Folder(path="data"),
    "io_manager": FilesystemIOManager(base_dir="storage"),
    "lake_io_manager": FilesystemIOManager(base_dir="lake"),
    "growth": 2.0,
    "slack": Slack(channel="#dev", token="none"),
}

RESOURCES = {
    "local": LOCAL,
    "test": {**LOCAL, "io_manager": InMemoryIOManager()},
    "prod": {
        **LOCAL,
        "folder": Folder(path=EnvVar("SHOP_DATA")),
        "slack": Slack(channel="#data", token=EnvVar("SLACK_TOKEN")),
        "growth": 1.5,
    },
}
