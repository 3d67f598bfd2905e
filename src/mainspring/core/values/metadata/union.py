"""The kinds of metadata as one tagged union: the type to read metadata with."""

from mainspring.core.values.metadata.value import (
    AssetMetadataValue,
    BoolMetadataValue,
    CodeLocationReconstructionMetadataValue,
    CodeReferencesMetadataValue,
    FloatMetadataValue,
    IntMetadataValue,
    JobMetadataValue,
    JsonMetadataValue,
    MarkdownMetadataValue,
    NotebookMetadataValue,
    NullMetadataValue,
    PathMetadataValue,
    PoolMetadataValue,
    PythonArtifactMetadataValue,
    RunMetadataValue,
    TableColumnLineageMetadataValue,
    TableMetadataValue,
    TableSchemaMetadataValue,
    TextMetadataValue,
    TimestampMetadataValue,
    UrlMetadataValue,
)

AnyMetadataValue = (
    TextMetadataValue
    | UrlMetadataValue
    | PathMetadataValue
    | NotebookMetadataValue
    | JsonMetadataValue
    | MarkdownMetadataValue
    | PythonArtifactMetadataValue
    | FloatMetadataValue
    | IntMetadataValue
    | BoolMetadataValue
    | TimestampMetadataValue
    | RunMetadataValue
    | JobMetadataValue
    | AssetMetadataValue
    | TableMetadataValue
    | TableSchemaMetadataValue
    | TableColumnLineageMetadataValue
    | CodeReferencesMetadataValue
    | PoolMetadataValue
    | NullMetadataValue
    | CodeLocationReconstructionMetadataValue
)
"""Every kind."""
