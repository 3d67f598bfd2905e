"""The public names, each once. After a change: ``make names``.

The first part lists the names under which things are defined; the second gives them the spellings known from
Dagster, so that existing code runs unchanged: a line there reads ``published = ours``. A name stands
here only when what it names works.
"""

from ._version import __version__ as __version__

__all__: list[str]

# -- errors and warnings
from .core.base.error_boundary import user_code_error_boundary as user_code_error_boundary
from .core.base.errors import ConfigMappingError as ConfigMappingError
from .core.base.errors import EventLogInvalidForRun as EventLogInvalidForRun
from .core.base.errors import ExecutionInterruptedError as ExecutionInterruptedError
from .core.base.errors import InvalidConfigDefinitionError as InvalidConfigDefinitionError
from .core.base.errors import InvalidConfigError as InvalidConfigError
from .core.base.errors import InvalidDefinitionError as InvalidDefinitionError
from .core.base.errors import InvalidInvocationError as InvalidInvocationError
from .core.base.errors import InvalidSubsetError as InvalidSubsetError
from .core.base.errors import InvariantViolationError as InvariantViolationError
from .core.base.errors import OrchestratorError as OrchestratorError
from .core.base.errors import ResourceFunctionError as ResourceFunctionError
from .core.base.errors import RunNotFoundError as RunNotFoundError
from .core.base.errors import StepExecutionError as StepExecutionError
from .core.base.errors import StepNotFoundError as StepNotFoundError
from .core.base.errors import StepOutputNotFoundError as StepOutputNotFoundError
from .core.base.errors import SubprocessError as SubprocessError
from .core.base.errors import TypeCheckDidNotPass as TypeCheckDidNotPass
from .core.base.errors import TypeCheckError as TypeCheckError
from .core.base.errors import UnknownPartitionError as UnknownPartitionError
from .core.base.errors import UnknownResourceError as UnknownResourceError
from .core.base.errors import UnmetExecutorRequirementsError as UnmetExecutorRequirementsError
from .core.base.errors import UserCodeError as UserCodeError
from .core.base.lifecycle import BetaWarning as BetaWarning
from .core.base.lifecycle import ConfigArgumentWarning as ConfigArgumentWarning
from .core.base.lifecycle import PreviewWarning as PreviewWarning
from .core.base.lifecycle import SupersessionWarning as SupersessionWarning

# -- assets
from .core.values.asset_key import AssetOrCheckKey as AssetOrCheckKey
from .runtime.definitions.assets.code_references import (
    AnchorBasedFilePathMapping as AnchorBasedFilePathMapping,
)
from .runtime.definitions.assets.code_references import FilePathMapping as FilePathMapping
from .runtime.definitions.assets.code_references import (
    link_code_references_to_git as link_code_references_to_git,
)
from .runtime.definitions.assets.code_references import (
    with_source_code_references as with_source_code_references,
)
from .runtime.definitions.checks.ready_made import (
    build_column_schema_change_checks as build_column_schema_change_checks,
)
from .runtime.definitions.checks.ready_made import (
    build_metadata_bounds_checks as build_metadata_bounds_checks,
)
from .core.base.relative_path import file_relative_path as file_relative_path
from .runtime.execution.value_loader import AssetValueLoader as AssetValueLoader
from .runtime.definitions.jobs.reconstructable import build_reconstructable_job as build_reconstructable_job
from .runtime.definitions.jobs.reconstructable import reconstructable as reconstructable
from .runtime.execution.execute_job import ReexecutionOptions as ReexecutionOptions
from .runtime.execution.execute_job import execute_job as execute_job
from .runtime.execution.job_result import JobExecutionResult as JobExecutionResult
from .core.partitions.status import AssetPartitionStatus as AssetPartitionStatus
from .core.partitions.loading import partition_loading_context as partition_loading_context
from .core.values.asset_key import AssetCheckKey as AssetCheckKey
from .core.values.asset_key import AssetKey as AssetKey
from .core.graph.staleness.status import AssetStaleness as AssetStaleness
from .core.graph.staleness.status import StaleCause as StaleCause
from .core.graph.staleness.status import StaleCauseCategory as StaleCauseCategory
from .core.graph.staleness.status import StaleStatus as StaleStatus
from .core.values.data_version import DataProvenance as DataProvenance
from .core.values.data_version import DataVersion as DataVersion
from .core.values.data_version import DataVersionsByPartition as DataVersionsByPartition
from .core.graph.node import AssetExecutionType as AssetExecutionType
from .core.graph.selection.selection import AssetSelection as AssetSelection
from .runtime.definitions.assets.check_spec import AssetCheckSpec as AssetCheckSpec
from .runtime.definitions.assets.decorators import asset as asset
from .runtime.definitions.assets.definition import AssetsDefinition as AssetsDefinition
from .runtime.definitions.assets.graph_asset import graph_asset as graph_asset
from .runtime.definitions.assets.graph_asset import graph_multi_asset as graph_multi_asset
from .runtime.definitions.assets.ins_outs import AssetIn as AssetIn
from .runtime.definitions.assets.ins_outs import AssetOut as AssetOut
from .runtime.definitions.assets.multi import multi_asset as multi_asset
from .runtime.definitions.assets.source_asset import SourceAsset as SourceAsset
from .runtime.definitions.assets.observable import (
    multi_observable_source_asset as multi_observable_source_asset,
)
from .runtime.definitions.assets.observable import observable_source_asset as observable_source_asset
from .runtime.definitions.assets.spec import AssetDep as AssetDep
from .runtime.definitions.assets.spec import AssetSpec as AssetSpec
from .runtime.definitions.assets.spec import map_asset_specs as map_asset_specs
from .runtime.definitions.checks.decorators import asset_check as asset_check
from .runtime.definitions.checks.decorators import multi_asset_check as multi_asset_check
from .runtime.definitions.checks.definition import AssetChecksDefinition as AssetChecksDefinition
from .runtime.definitions.results import AssetCheckResult as AssetCheckResult
from .runtime.definitions.results import MaterializeResult as MaterializeResult
from .runtime.definitions.results import ObserveResult as ObserveResult
from .runtime.definitions.results import Output as Output
from .runtime.definitions.retries import Backoff as Backoff
from .runtime.definitions.retries import Failure as Failure
from .runtime.definitions.retries import Jitter as Jitter
from .runtime.definitions.retries import RetryPolicy as RetryPolicy
from .runtime.definitions.retries import RetryRequested as RetryRequested

# -- definitions, jobs and loaders
from .runtime.definitions.definitions import Definitions as Definitions
from .runtime.definitions.jobs.asset_job import define_asset_job as define_asset_job
from .runtime.definitions.jobs.job import JobDefinition as JobDefinition
from .runtime.definitions.loaders.assets import (
    load_assets_from_current_module as load_assets_from_current_module,
)
from .runtime.definitions.loaders.assets import load_assets_from_modules as load_assets_from_modules
from .runtime.definitions.loaders.assets import (
    load_assets_from_package_module as load_assets_from_package_module,
)
from .runtime.definitions.loaders.assets import load_assets_from_package_name as load_assets_from_package_name
from .runtime.definitions.loaders.checks import (
    load_asset_checks_from_current_module as load_asset_checks_from_current_module,
)
from .runtime.definitions.loaders.checks import (
    load_asset_checks_from_modules as load_asset_checks_from_modules,
)
from .runtime.definitions.loaders.checks import (
    load_asset_checks_from_package_module as load_asset_checks_from_package_module,
)
from .runtime.definitions.loaders.checks import (
    load_asset_checks_from_package_name as load_asset_checks_from_package_name,
)
from .runtime.definitions.loaders.definitions import (
    load_definitions_from_current_module as load_definitions_from_current_module,
)
from .runtime.definitions.loaders.definitions import (
    load_definitions_from_module as load_definitions_from_module,
)
from .runtime.definitions.loaders.definitions import (
    load_definitions_from_modules as load_definitions_from_modules,
)
from .runtime.definitions.loaders.definitions import (
    load_definitions_from_package_module as load_definitions_from_package_module,
)
from .runtime.definitions.loaders.definitions import (
    load_definitions_from_package_name as load_definitions_from_package_name,
)
from .runtime.definitions.loaders.definitions_function import definitions as definitions
from .runtime.definitions.loaders.defs_folder import load_defs as load_defs
from .runtime.definitions.loaders.defs_folder import load_from_defs_folder as load_from_defs_folder
from .runtime.definitions.repositories.data import RepositoryData as RepositoryData
from .runtime.definitions.repositories.decorator import repository as repository
from .runtime.definitions.repositories.definition import RepositoryDefinition as RepositoryDefinition
from .runtime.definitions.repositories.of_definitions import (
    create_repository_using_definitions_args as create_repository_using_definitions_args,
)

# -- types
from .runtime.contexts.type_check import TypeCheckContext as TypeCheckContext
from .runtime.contexts.type_loading import TypeLoaderContext as TypeLoaderContext
from .runtime.definitions.types.checking import check_type as check_type
from .runtime.definitions.types.function_loader import type_loader as type_loader
from .runtime.definitions.types.infer import register_type as register_type
from .runtime.definitions.types.loader import TypeLoader as TypeLoader
from .runtime.definitions.types.names import Any as Any
from .runtime.definitions.types.names import Bool as Bool
from .runtime.definitions.types.names import Dict as Dict
from .runtime.definitions.types.names import Float as Float
from .runtime.definitions.types.names import Int as Int
from .runtime.definitions.types.names import List as List
from .runtime.definitions.types.names import Nothing as Nothing
from .runtime.definitions.types.names import Optional as Optional
from .runtime.definitions.types.names import Set as Set
from .runtime.definitions.types.names import String as String
from .runtime.definitions.types.names import Tuple as Tuple
from .runtime.definitions.types.type_check import TypeCheck as TypeCheck
from .runtime.definitions.types.usable import usable_as_type as usable_as_type
from .runtime.definitions.types.value_type import PythonType as PythonType
from .runtime.definitions.types.value_type import ValueType as ValueType

# -- ops, graphs and jobs
from .runtime.definitions.graphs.decorator import graph as graph
from .runtime.definitions.graphs.graph import GraphDefinition as GraphDefinition
from .runtime.definitions.jobs.decorator import job as job
from .runtime.definitions.ops.declared import DynamicOut as DynamicOut
from .runtime.definitions.ops.declared import GraphIn as GraphIn
from .runtime.definitions.ops.declared import GraphOut as GraphOut
from .runtime.definitions.ops.declared import In as In
from .runtime.definitions.ops.declared import Out as Out
from .runtime.definitions.ops.decorator import op as op
from .runtime.definitions.ops.dependencies import DependencyDefinition as DependencyDefinition
from .runtime.definitions.ops.dependencies import InputMapping as InputMapping
from .runtime.definitions.ops.dependencies import MultiDependencyDefinition as MultiDependencyDefinition
from .runtime.definitions.ops.dependencies import NodeInvocation as NodeInvocation
from .runtime.definitions.ops.dependencies import OutputMapping as OutputMapping
from .runtime.definitions.ops.op import OpDefinition as OpDefinition
from .runtime.definitions.ops.pending import PendingNodeInvocation as PendingNodeInvocation
from .runtime.definitions.results import DynamicOutput as DynamicOutput

# -- hooks
from .runtime.contexts.hook import HookContext as HookContext
from .runtime.definitions.hooks import HookDefinition as HookDefinition
from .runtime.definitions.hooks import HookExecutionResult as HookExecutionResult
from .runtime.definitions.hooks import failure_hook as failure_hook
from .runtime.definitions.hooks import success_hook as success_hook
from .runtime.execution.build_hook import build_hook_context as build_hook_context

# -- config and resources
from .core.config.config_mapping import ConfigMapping as ConfigMapping
from .core.config.config_mapping import config_mapping as config_mapping
from .core.config.env import EnvVar as EnvVar
from .core.config.definition import configured as configured
from .core.config.files import config_from_files as config_from_files
from .core.config.files import config_from_pkg_resources as config_from_pkg_resources
from .core.config.files import config_from_yaml_strings as config_from_yaml_strings
from .core.config.run_config import RunConfig as RunConfig
from .core.config.schema import Array as Array
from .core.config.schema import ConfigSchema as ConfigSchema
from .core.config.schema import Field as Field
from .core.config.schema import Map as Map
from .core.config.schema import Noneable as Noneable
from .core.config.schema import Permissive as Permissive
from .core.config.schema import ScalarUnion as ScalarUnion
from .core.config.schema import Selector as Selector
from .core.config.schema import Shape as Shape
from .core.config.types import BoolSource as BoolSource
from .core.config.types import Enum as Enum
from .core.config.types import EnumValue as EnumValue
from .core.config.types import IntSource as IntSource
from .core.config.types import StringSource as StringSource
from .runtime.contexts.resource import IAttachDifferentObjectToOpContext as IAttachDifferentObjectToOpContext
from .runtime.contexts.resource import InitResourceContext as InitResourceContext
from .runtime.definitions.config import Config as Config
from .runtime.definitions.config import PermissiveConfig as PermissiveConfig
from .runtime.definitions.resources.build import build_init_resource_context as build_init_resource_context
from .runtime.definitions.resources.build import build_resources as build_resources
from .runtime.definitions.resources.configurable import ConfigurableResource as ConfigurableResource
from .runtime.definitions.resources.configurable import ResourceDependency as ResourceDependency
from .runtime.definitions.resources.decorator import make_values_resource as make_values_resource
from .runtime.definitions.resources.decorator import resource as resource
from .runtime.definitions.resources.definition import ResourceDefinition as ResourceDefinition
from .runtime.definitions.resources.parameter import ResourceParam as ResourceParam
from .runtime.definitions.run_config.validated import validate_run_config as validate_run_config
from .runtime.definitions.with_resources import with_resources as with_resources

# -- contexts and execution
from .runtime.contexts.asset import AssetCheckExecutionContext as AssetCheckExecutionContext
from .runtime.contexts.asset import AssetExecutionContext as AssetExecutionContext
from .runtime.contexts.log import LogManager as LogManager
from .runtime.contexts.op import OpExecutionContext as OpExecutionContext
from .runtime.contexts.user_logger import user_logger as user_logger
from .runtime.execution.build import build_asset_check_context as build_asset_check_context
from .runtime.execution.build import build_asset_context as build_asset_context
from .runtime.execution.build import build_op_context as build_op_context
from .runtime.execution.materialize import materialize as materialize
from .runtime.execution.materialize import materialize_to_memory as materialize_to_memory
from .runtime.execution.result import ExecuteInProcessResult as ExecuteInProcessResult

# -- loggers
from .runtime.contexts.logger import InitLoggerContext as InitLoggerContext
from .runtime.definitions.loggers.build import build_init_logger_context as build_init_logger_context
from .runtime.definitions.loggers.console import colored_console_logger as colored_console_logger
from .runtime.definitions.loggers.console import default_loggers as default_loggers
from .runtime.definitions.loggers.console import default_system_loggers as default_system_loggers
from .runtime.definitions.loggers.console import json_console_logger as json_console_logger
from .runtime.definitions.loggers.definition import LoggerDefinition as LoggerDefinition
from .runtime.definitions.loggers.definition import logger as logger
from .runtime.definitions.loggers.json_format import JsonLogFormatter as JsonLogFormatter

# -- tools of tests and scripts
from .core.base.interrupts import raise_execution_interrupts as raise_execution_interrupts
from .core.records.packed import deserialize_value as deserialize_value
from .core.records.packed import serialize_value as serialize_value
from .testing.instance import instance_for_test as instance_for_test

# -- IO
from .runtime.contexts.input import InputContext as InputContext
from .runtime.contexts.output import OutputContext as OutputContext
from .runtime.io.build import build_input_context as build_input_context
from .runtime.io.build import build_output_context as build_output_context
from .runtime.io.built_in import custom_path_fs_io_manager as custom_path_fs_io_manager
from .runtime.io.built_in import fs_io_manager as fs_io_manager
from .runtime.io.built_in import mem_io_manager as mem_io_manager
from .runtime.io.configurable import ConfigurableIOManager as ConfigurableIOManager
from .runtime.io.configurable import ConfigurableIOManagerFactory as ConfigurableIOManagerFactory
from .runtime.io.configurable import ConfigurableLegacyIOManagerAdapter as ConfigurableLegacyIOManagerAdapter
from .runtime.io.definition import IOManagerDefinition as IOManagerDefinition
from .runtime.io.definition import InputManagerDefinition as InputManagerDefinition
from .runtime.io.definition import input_manager as input_manager
from .runtime.io.definition import io_manager as io_manager
from .runtime.io.file_manager import FileHandle as FileHandle
from .runtime.io.file_manager import FileManager as FileManager
from .runtime.io.filesystem import FilesystemIOManager as FilesystemIOManager
from .runtime.io.interface import IOManager as IOManager
from .runtime.io.interface import InputManager as InputManager
from .runtime.io.local_file_manager import LocalFileHandle as LocalFileHandle
from .runtime.io.local_file_manager import local_file_manager as local_file_manager
from .runtime.io.memory import InMemoryIOManager as InMemoryIOManager
from .runtime.io.paths import UPathIOManager as UPathIOManager
from .runtime.execution.migrate import MigrateIOStorageResult as MigrateIOStorageResult
from .runtime.execution.migrate import migrate_io_storage as migrate_io_storage

# -- older names, which say what takes their place
from .runtime.definitions.replaced import AutoMaterializePolicy as AutoMaterializePolicy
from .runtime.definitions.replaced import AutoMaterializeRule as AutoMaterializeRule
from .runtime.definitions.replaced import StepLauncher as StepLauncher
from .runtime.definitions.replaced import StepRunRef as StepRunRef
from .runtime.definitions.replaced import (
    external_instance_from_step_run_ref as external_instance_from_step_run_ref,
)
from .runtime.definitions.replaced import run_step_from_ref as run_step_from_ref
from .runtime.definitions.replaced import step_context_to_step_run_ref as step_context_to_step_run_ref
from .runtime.definitions.replaced import step_run_ref_to_step_context as step_run_ref_to_step_context

# -- records and the instance
from .core.instance.instance import Instance as Instance
from .core.instance.plugins import ConfigurableClass as ConfigurableClass
from .core.instance.plugins import ConfigurableClassData as ConfigurableClassData
from .core.instance.ref import InstanceRef as InstanceRef
from .core.records.asset_events import AssetCheckEvaluation as AssetCheckEvaluation
from .core.records.asset_events import AssetCheckSeverity as AssetCheckSeverity
from .core.records.asset_events import AssetMaterialization as AssetMaterialization
from .core.records.asset_events import AssetObservation as AssetObservation
from .core.records.event import Event as Event
from .core.records.event import EventLogEntry as EventLogEntry
from .core.records.event import EventLogRecord as EventLogRecord
from .core.records.event import EventRecordsResult as EventRecordsResult
from .core.records.event_data import ExpectationResult as ExpectationResult
from .core.records.event_type import EventType as EventType
from .core.records.filters import AssetRecordsFilter as AssetRecordsFilter
from .core.records.filters import EventRecordsFilter as EventRecordsFilter
from .core.records.filters import RunShardedEventsCursor as RunShardedEventsCursor
from .core.records.filters import RunStatusChangeRecordsFilter as RunStatusChangeRecordsFilter
from .core.records.filters import RunsFilter as RunsFilter
from .core.records.run import Run as Run
from .core.records.run import RunRecord as RunRecord
from .core.records.run import RunStatus as RunStatus
from .core.values.tags import MAX_RUNTIME_SECONDS_TAG as MAX_RUNTIME_SECONDS_TAG

# -- metadata
from .core.values.metadata import AssetMetadataValue as AssetMetadataValue
from .core.values.metadata import BoolMetadataValue as BoolMetadataValue
from .core.values.metadata import CodeReferencesMetadataValue as CodeReferencesMetadataValue
from .core.values.metadata import FloatMetadataValue as FloatMetadataValue
from .core.values.metadata import IntMetadataValue as IntMetadataValue
from .core.values.metadata import JobMetadataValue as JobMetadataValue
from .core.values.metadata import JsonMetadataValue as JsonMetadataValue
from .core.values.metadata import LocalFileCodeReference as LocalFileCodeReference
from .core.values.metadata import MarkdownMetadataValue as MarkdownMetadataValue
from .core.values.metadata import MetadataValue as MetadataValue
from .core.values.metadata import NotebookMetadataValue as NotebookMetadataValue
from .core.values.metadata import NullMetadataValue as NullMetadataValue
from .core.values.metadata import PathMetadataValue as PathMetadataValue
from .core.values.metadata import PoolMetadataValue as PoolMetadataValue
from .core.values.metadata import PythonArtifactMetadataValue as PythonArtifactMetadataValue
from .core.values.metadata import RunMetadataValue as RunMetadataValue
from .core.values.metadata import TableColumn as TableColumn
from .core.values.metadata import TableColumnConstraints as TableColumnConstraints
from .core.values.metadata import TableColumnDep as TableColumnDep
from .core.values.metadata import TableColumnLineage as TableColumnLineage
from .core.values.metadata import TableColumnLineageMetadataValue as TableColumnLineageMetadataValue
from .core.values.metadata import TableConstraints as TableConstraints
from .core.values.metadata import TableMetadataValue as TableMetadataValue
from .core.values.metadata import TableRecord as TableRecord
from .core.values.metadata import TableSchema as TableSchema
from .core.values.metadata import TableSchemaMetadataValue as TableSchemaMetadataValue
from .core.values.metadata import TextMetadataValue as TextMetadataValue
from .core.values.metadata import TimestampMetadataValue as TimestampMetadataValue
from .core.values.metadata import UrlCodeReference as UrlCodeReference
from .core.values.metadata import UrlMetadataValue as UrlMetadataValue

# -- partitions
from .core.partitions.backfill_policy import BackfillPolicy as BackfillPolicy
from .core.partitions.calendar_windows import DailyPartitionsDefinition as DailyPartitionsDefinition
from .core.partitions.calendar_windows import HourlyPartitionsDefinition as HourlyPartitionsDefinition
from .core.partitions.calendar_windows import MonthlyPartitionsDefinition as MonthlyPartitionsDefinition
from .core.partitions.calendar_windows import WeeklyPartitionsDefinition as WeeklyPartitionsDefinition
from .core.partitions.definition import PartitionsDefinition as PartitionsDefinition
from .core.partitions.dynamic import AddDynamicPartitionsRequest as AddDynamicPartitionsRequest
from .core.partitions.dynamic import DeleteDynamicPartitionsRequest as DeleteDynamicPartitionsRequest
from .core.partitions.dynamic import DynamicPartitionsDefinition as DynamicPartitionsDefinition
from .core.partitions.key_range import PartitionKeyRange as PartitionKeyRange
from .core.partitions.loading import PartitionLoadingContext as PartitionLoadingContext
from .core.partitions.mapping import AllPartitionMapping as AllPartitionMapping
from .core.partitions.mapping import IdentityPartitionMapping as IdentityPartitionMapping
from .core.partitions.mapping import LastPartitionMapping as LastPartitionMapping
from .core.partitions.mapping import PartitionMapping as PartitionMapping
from .core.partitions.mapping import SpecificPartitionsPartitionMapping as SpecificPartitionsPartitionMapping
from .core.partitions.multi import MultiPartitionsDefinition as MultiPartitionsDefinition
from .core.partitions.multi_key import MultiPartitionKey as MultiPartitionKey
from .core.partitions.multi_mapping import DimensionPartitionMapping as DimensionPartitionMapping
from .core.partitions.multi_mapping import MultiPartitionMapping as MultiPartitionMapping
from .core.partitions.multi_mapping import (
    MultiToSingleDimensionPartitionMapping as MultiToSingleDimensionPartitionMapping,
)
from .core.partitions.page import PaginatedResults as PaginatedResults
from .core.partitions.static import StaticPartitionsDefinition as StaticPartitionsDefinition
from .core.partitions.static_mapping import StaticPartitionMapping as StaticPartitionMapping
from .core.partitions.time_mapping import TimeWindowPartitionMapping as TimeWindowPartitionMapping
from .core.partitions.time_window import TimeWindowPartitionsDefinition as TimeWindowPartitionsDefinition
from .core.partitions.window import TimeWindow as TimeWindow

# -- schedules, sensors and config by partition
from .core.records.run_request import RunRequest as RunRequest
from .core.records.run_request import SkipReason as SkipReason
from .core.records.run_selectors import CodeLocationSelector as CodeLocationSelector
from .core.records.run_selectors import JobSelector as JobSelector
from .core.records.run_selectors import RepositorySelector as RepositorySelector
from .core.records.tick_result import SensorResult as SensorResult
from .runtime.definitions.automation.asset_sensor import AssetSensorDefinition as AssetSensorDefinition
from .runtime.definitions.automation.asset_sensor import asset_sensor as asset_sensor
from .runtime.definitions.automation.failure_mail import (
    make_email_on_run_failure_sensor as make_email_on_run_failure_sensor,
)
from .runtime.definitions.automation.multi_asset_context import (
    MultiAssetSensorEvaluationContext as MultiAssetSensorEvaluationContext,
)
from .runtime.definitions.automation.multi_asset_context import (
    build_multi_asset_sensor_context as build_multi_asset_sensor_context,
)
from .runtime.definitions.automation.multi_asset_sensor import (
    MultiAssetSensorDefinition as MultiAssetSensorDefinition,
)
from .runtime.definitions.automation.multi_asset_sensor import multi_asset_sensor as multi_asset_sensor
from .runtime.definitions.automation.partitioned_schedule import (
    build_schedule_from_partitioned_job as build_schedule_from_partitioned_job,
)
from .runtime.definitions.automation.run_status_context import (
    RunFailureSensorContext as RunFailureSensorContext,
)
from .runtime.definitions.automation.run_status_context import (
    RunStatusSensorContext as RunStatusSensorContext,
)
from .runtime.definitions.automation.run_status_context import (
    build_run_status_sensor_context as build_run_status_sensor_context,
)
from .runtime.definitions.automation.run_status_decorators import run_failure_sensor as run_failure_sensor
from .runtime.definitions.automation.run_status_decorators import run_status_sensor as run_status_sensor
from .runtime.definitions.automation.run_status_sensor import (
    RunStatusSensorDefinition as RunStatusSensorDefinition,
)
from .runtime.definitions.automation.schedule import ScheduleDefinition as ScheduleDefinition
from .runtime.definitions.automation.schedule_context import (
    ScheduleEvaluationContext as ScheduleEvaluationContext,
)
from .runtime.definitions.automation.schedule_context import build_schedule_context as build_schedule_context
from .runtime.definitions.automation.schedule_decorator import schedule as schedule
from .runtime.definitions.automation.sensor import SensorAnswer as SensorAnswer
from .runtime.definitions.automation.sensor import SensorDefinition as SensorDefinition
from .runtime.definitions.automation.sensor_context import SensorEvaluationContext as SensorEvaluationContext
from .runtime.definitions.automation.sensor_context import build_sensor_context as build_sensor_context
from .runtime.definitions.automation.sensor_decorator import sensor as sensor
from .runtime.definitions.automation.status import DefaultScheduleStatus as DefaultScheduleStatus
from .runtime.definitions.automation.status import DefaultSensorStatus as DefaultSensorStatus
from .runtime.definitions.partitioned.config import PartitionedConfig as PartitionedConfig
from .runtime.definitions.partitioned.decorators import daily_partitioned_config as daily_partitioned_config
from .runtime.definitions.partitioned.decorators import (
    dynamic_partitioned_config as dynamic_partitioned_config,
)
from .runtime.definitions.partitioned.decorators import hourly_partitioned_config as hourly_partitioned_config
from .runtime.definitions.partitioned.decorators import (
    monthly_partitioned_config as monthly_partitioned_config,
)
from .runtime.definitions.partitioned.decorators import partitioned_config as partitioned_config
from .runtime.definitions.partitioned.decorators import static_partitioned_config as static_partitioned_config
from .runtime.definitions.partitioned.decorators import weekly_partitioned_config as weekly_partitioned_config

# -- spellings known from Dagster
DagsterConfigMappingFunctionError = ConfigMappingError
DagsterEventLogInvalidForRun = EventLogInvalidForRun
DagsterExecutionInterruptedError = ExecutionInterruptedError
DagsterInvalidConfigDefinitionError = InvalidConfigDefinitionError
DagsterInvalidConfigError = InvalidConfigError
DagsterInvalidDefinitionError = InvalidDefinitionError
DagsterInvalidInvocationError = InvalidInvocationError
DagsterInvalidSubsetError = InvalidSubsetError
DagsterInvariantViolationError = InvariantViolationError
DagsterError = OrchestratorError
DagsterResourceFunctionError = ResourceFunctionError
DagsterRunNotFoundError = RunNotFoundError
DagsterExecutionStepExecutionError = StepExecutionError
DagsterExecutionStepNotFoundError = StepNotFoundError
DagsterStepOutputNotFoundError = StepOutputNotFoundError
DagsterSubprocessError = SubprocessError
DagsterTypeCheckDidNotPass = TypeCheckDidNotPass
DagsterTypeCheckError = TypeCheckError
DagsterUnknownPartitionError = UnknownPartitionError
DagsterUnknownResourceError = UnknownResourceError
DagsterUnmetExecutorRequirementsError = UnmetExecutorRequirementsError
DagsterUserCodeExecutionError = UserCodeError
DagsterInstance = Instance
DagsterEvent = Event
DagsterEventType = EventType
DagsterRun = Run
DagsterRunStatus = RunStatus
DagsterAssetMetadataValue = AssetMetadataValue
DagsterJobMetadataValue = JobMetadataValue
DagsterRunMetadataValue = RunMetadataValue
DagsterLogManager = LogManager
get_dagster_logger = user_logger
PythonObjectDagsterType = PythonType
DagsterType = ValueType
DagsterTypeLoader = TypeLoader
DagsterTypeLoaderContext = TypeLoaderContext
check_dagster_type = check_type
dagster_type_loader = type_loader
make_python_type_usable_as_dagster_type = register_type
usable_as_dagster_type = usable_as_type
SensorReturnTypesUnion = SensorAnswer
