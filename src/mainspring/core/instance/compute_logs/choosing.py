"""Which store of compute logs the settings ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mainspring.core.base import serial
from mainspring.core.base.clock import Clock
from mainspring.core.base.environment import Environment
from mainspring.core.base.errors import InvalidConfigError, InvocationError, did_you_mean
from mainspring.core.instance.compute_logs.absent import NoOpComputeLogManager
from mainspring.core.instance.compute_logs.local import LocalComputeLogManager
from mainspring.core.instance.compute_logs.object_store import FsspecComputeLogManager
from mainspring.core.instance.compute_logs.store import MAX_BYTES, ComputeLogManager
from mainspring.core.instance.settings.packages import is_ours_or_foreign, plain_name

_SHARED = ("max_bytes",)
_REMOTE = ("local_dir", "upload_interval", "upload_timeout", *_SHARED)
_NOT_NEEDED = ("skip_empty_files", "show_url_only", "polling_timeout")


class Surroundings(NamedTuple):
    """What a store is made with besides its config. ``folder`` gives where logs lie unless the config says it."""

    folder: Callable[[], str]
    clock: Clock
    environ: Environment
    plug_in: Callable[[], ComputeLogManager | None] = lambda: None
    """Makes the object of a class that is none of ours."""


def compute_log_store_of(
    settings: Mapping[str, Any], around: Surroundings, *, persistent: bool = True
) -> ComputeLogManager:
    """The store that ``compute_logs`` of the settings names.

    By default files in ``folder`` for an instance that is kept; nothing is captured for one that is not. Raises
    ``InvalidConfigError`` for settings that name no store, or one that cannot be made.
    """
    section: Mapping[str, Any] = settings.get("compute_logs") or {}
    if not section:
        return _local({}, around) if persistent else NoOpComputeLogManager()
    name, config = str(section.get("class") or ""), dict(section.get("config") or {})
    module = str(section.get("module") or "mainspring")
    make = _MAKERS.get(plain_name(name)) if is_ours_or_foreign(module) else None
    if make is None:
        found = around.plug_in()
        if found is None:
            hint = did_you_mean(name, _MAKERS) or f"Ours are {', '.join(_MAKERS)}."
            raise _refusal(name, f"there is no such class. {hint}")
        return found
    try:
        return make({key: value for key, value in config.items() if value is not None}, around)
    except (InvocationError, TypeError, ValueError) as error:
        raise _refusal(name, str(error)) from error


def _refusal(name: str, why: str) -> InvalidConfigError:
    return InvalidConfigError("The settings `compute_logs` are wrong.", [f"{name or 'no class'}: {why}"])


def _checked(config: Mapping[str, Any], *known: str, needs: tuple[str, ...] = ()) -> Mapping[str, Any]:
    for key in config:
        if key not in known and key not in needs and key not in _NOT_NEEDED:
            hint = (
                did_you_mean(key, [*needs, *known]) or f"It takes {', '.join([*needs, *known]) or 'nothing'}."
            )
            raise ValueError(f"`config.{key}` is not a setting. {hint}")
    for key in needs:
        if not config.get(key):
            raise ValueError(f"`config.{key}` is missing.")
    return config


def _local(config: Mapping[str, Any], around: Surroundings) -> ComputeLogManager:
    given = _checked(config, "base_dir", *_SHARED)
    folder = given.get("base_dir") or around.folder()
    return LocalComputeLogManager(folder, _size(given), clock=around.clock)


def _none(config: Mapping[str, Any], around: Surroundings) -> ComputeLogManager:
    del around
    _checked(config)
    return NoOpComputeLogManager()


def _fsspec(config: Mapping[str, Any], around: Surroundings) -> ComputeLogManager:
    given = _checked(config, "storage_options", *_REMOTE, needs=("url",))
    if "://" not in str(given["url"]):
        raise ValueError("`config.url` must be a URL such as s3://bucket/logs.")
    return _behind(str(given["url"]), given, around, given.get("storage_options") or {})


def _s3(config: Mapping[str, Any], around: Surroundings) -> ComputeLogManager:
    known = ("prefix", "endpoint_url", "region", "use_ssl", "verify", "verify_cert_path", "upload_extra_args")
    given = _checked(config, *known, *_REMOTE, needs=("bucket",))
    options: dict[str, Any] = {key: given[key] for key in ("endpoint_url", "use_ssl") if key in given}
    client = {"region_name": given["region"]} if "region" in given else {}
    if "verify_cert_path" in given or given.get("verify") is False:
        client["verify"] = given.get("verify_cert_path", False)
    if client:
        options["client_kwargs"] = client
    if "upload_extra_args" in given:
        options["s3_additional_kwargs"] = given["upload_extra_args"]
    return _behind(_bucket("s3", given["bucket"], given), given, around, options)


def _gcs(config: Mapping[str, Any], around: Surroundings) -> ComputeLogManager:
    given = _checked(config, "prefix", "json_credentials_envvar", *_REMOTE, needs=("bucket",))
    options: dict[str, Any] = {}
    if "json_credentials_envvar" in given:
        text = around.environ.get(given["json_credentials_envvar"])
        if text is None:
            raise ValueError(f"the environment variable {given['json_credentials_envvar']} is not set.")
        options["token"] = serial.decode(text, dict[str, Any])
    return _behind(_bucket("gs", given["bucket"], given), given, around, options)


def _azure(config: Mapping[str, Any], around: Surroundings) -> ComputeLogManager:
    keys = ("access_key_or_default_azure_credential", "secret_key")
    given = _checked(config, "prefix", *keys, *_REMOTE, needs=("storage_account", "container"))
    options: dict[str, Any] = {"account_name": given["storage_account"]}
    account_key = given.get(keys[0]) or given.get(keys[1])
    if account_key:
        options["account_key"] = account_key
    return _behind(_bucket("abfs", given["container"], given), given, around, options)


def _bucket(scheme: str, name: str, given: Mapping[str, Any]) -> str:
    return f"{scheme}://{name}/{given.get('prefix', 'dagster')}"


def _behind(
    url: str, given: Mapping[str, Any], around: Surroundings, options: Mapping[str, Any]
) -> ComputeLogManager:
    interval = float(given.get("upload_interval", 30.0))
    return FsspecComputeLogManager(
        url,
        given.get("local_dir") or around.folder(),
        upload_interval=interval if interval > 0 else None,
        upload_timeout=float(given.get("upload_timeout", 60.0)),
        max_bytes=_size(given),
        storage_options=options,
        clock=around.clock,
    )


def _size(given: Mapping[str, Any]) -> int:
    value: Any = given.get("max_bytes", MAX_BYTES)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"`config.max_bytes` must be a whole number of at least 1; it is {value!r}.")
    return value


_MAKERS: Mapping[str, Callable[[Mapping[str, Any], Surroundings], ComputeLogManager]] = {
    "LocalComputeLogManager": _local,
    "NoOpComputeLogManager": _none,
    "FsspecComputeLogManager": _fsspec,
    "S3ComputeLogManager": _s3,
    "GCSComputeLogManager": _gcs,
    "AzureBlobComputeLogManager": _azure,
}
