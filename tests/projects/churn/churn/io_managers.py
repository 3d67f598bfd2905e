import pickle
from pathlib import Path

from pydantic import PrivateAttr

from mainspring import ConfigurableIOManager, InputContext, MetadataValue, OutputContext


class ModelStore(ConfigurableIOManager):
    """Keeps each model it is given; the newest is the one that is loaded."""

    root: str
    _loaded: dict = PrivateAttr(default_factory=dict)

    def _folder(self, context) -> Path:
        return Path(self.root, *context.asset_key.path)

    def handle_output(self, context: OutputContext, obj) -> None:
        folder = self._folder(context)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{context.run_id}.pkl"
        path.write_bytes(pickle.dumps(obj))
        (folder / "latest").write_text(path.name)
        context.add_output_metadata({"path": MetadataValue.path(path), "bytes": path.stat().st_size})
        context.log.info("stored %s", path.name)

    def load_input(self, context: InputContext):
        folder = self._folder(context)
        return pickle.loads((folder / (folder / "latest").read_text()).read_bytes())
