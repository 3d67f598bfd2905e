"""``InstigatorState``: a schedule or sensor as the instance keeps it: whether it is on, and where it stands."""

from __future__ import annotations

from enum import Enum

import msgspec

from mainspring.core.records.damage import Damage


class InstigatorType(Enum):
    """What makes ticks."""

    SCHEDULE = "SCHEDULE"
    SENSOR = "SENSOR"
    AUTO_MATERIALIZE = "AUTO_MATERIALIZE"


class InstigatorStatus(Enum):
    """Whether an instigator makes ticks.

    ``DECLARED_IN_CODE``: nobody has turned it on or off; what its definition says holds.
    """

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"
    DECLARED_IN_CODE = "DECLARED_IN_CODE"


class ScheduleInstigatorData(msgspec.Struct, frozen=True, tag="schedule", omit_defaults=True):
    """What is kept of a schedule: its cron line or lines, and since when it is on, in seconds since 1970."""

    cron_schedule: str | list[str]
    start_timestamp: float | None = None


class SensorInstigatorData(msgspec.Struct, frozen=True, tag="sensor", omit_defaults=True):
    """What is kept of a sensor. Times are in seconds since 1970, ``min_interval`` in seconds.

    ``last_tick_timestamp`` is when its last tick ended, ``last_tick_start_timestamp`` when it began,
    ``last_sensor_start_timestamp`` since when the sensor is on. ``cursor`` is the cursor of its state.
    """

    last_tick_timestamp: float | None = None
    last_run_key: str | None = None
    min_interval: int | None = None
    cursor: str | None = None
    last_tick_start_timestamp: float | None = None
    last_sensor_start_timestamp: float | None = None
    sensor_type: str | None = None


InstigatorData = ScheduleInstigatorData | SensorInstigatorData


def instigator_id(kind: InstigatorType, name: str, *, location: str = "") -> str:
    """The id of an instigator: the same for the same name in the same location, and no other's.

    >>> instigator_id(InstigatorType.SENSOR, "inbox", location="shop")
    'sensor:inbox@shop'
    """
    return f"{kind.value.lower()}:{name}@{location}"


class InstigatorState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A schedule or sensor as the instance keeps it.

    >>> InstigatorState(name="inbox", instigator_type=InstigatorType.SENSOR, location="shop").selector_id
    'sensor:inbox@shop'

    * ``location``: the code location that defines it.
    * ``cursor``: how far its ticks have come; a sensor's is also in its data.
    * ``id``: what it is found by; follows from type, name and location unless it is given.
    * ``damage``: set where the stored row could not be read whole.
    """

    name: str
    instigator_type: InstigatorType
    status: InstigatorStatus = InstigatorStatus.DECLARED_IN_CODE
    location: str = ""
    cursor: str | None = None
    instigator_data: InstigatorData | None = None
    id: str = ""
    create_timestamp: float | None = None
    update_timestamp: float | None = None
    damage: Damage | None = None

    def __post_init__(self) -> None:
        """The id follows from the rest; a sensor's cursor is the same in the state and in its data."""
        if not self.id:
            made = instigator_id(self.instigator_type, self.name, location=self.location)
            msgspec.structs.force_setattr(self, "id", made)
        data = self.instigator_data
        if isinstance(data, SensorInstigatorData) and data.cursor != self.cursor:
            if self.cursor is None:
                msgspec.structs.force_setattr(self, "cursor", data.cursor)
            else:
                kept = msgspec.structs.replace(data, cursor=self.cursor)
                msgspec.structs.force_setattr(self, "instigator_data", kept)

    @property
    def selector_id(self) -> str:
        """What it is found by."""
        return self.id

    @property
    def instigator_origin_id(self) -> str:
        """What it is found by: place and name are one here."""
        return self.id

    @property
    def instigator_name(self) -> str:
        """The name of its definition."""
        return self.name

    @property
    def is_running(self) -> bool:
        """Whether somebody has turned it on."""
        return self.status is InstigatorStatus.RUNNING

    def with_status(self, status: InstigatorStatus) -> InstigatorState:
        """The state, turned on or off."""
        return msgspec.structs.replace(self, status=status)

    def with_data(self, data: InstigatorData) -> InstigatorState:
        """The state with other data; a sensor's cursor is that of its data."""
        cursor = data.cursor if isinstance(data, SensorInstigatorData) else self.cursor
        return msgspec.structs.replace(self, instigator_data=data, cursor=cursor)
