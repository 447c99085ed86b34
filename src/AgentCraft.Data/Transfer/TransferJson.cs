using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentCraft.Data.Transfer;

/// <summary>How the lines of an export that are no rows are written and read.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, PropertyNameCaseInsensitive = false, Converters = [typeof(TimeConverter)])]
[JsonSerializable(typeof(TransferHeader))]
[JsonSerializable(typeof(TransferTrailer))]
internal sealed partial class TransferJson : JsonSerializerContext;
