using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using static AgentCraft.ConformanceHost.Fixture;

namespace AgentCraft.ConformanceHost;

/// <summary>Tools with a schema or a need of their own.</summary>
internal static class SchemaTools
{
    public static FixtureTool[] All { get; } =
    [
        new("json_schema_2020_12_tool", "Tool with JSON Schema 2020-12 features", (_, _) => Task.FromResult(Says("ok")), """
            {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
             "$defs":{"address":{"$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},
             "properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},"contactMethod":{"type":"string","enum":["phone","email"]},
               "phone":{"type":"string"},"email":{"type":"string"}},
             "allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],
             "if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},
             "then":{"required":["phone"]},"else":{"required":["email"]},"additionalProperties":false}
            """),
        new("test_header_parameters", "Repeats arguments in headers.", (request, _) => Task.FromResult(Says(request.Argument("region"))), """
            {"type":"object","properties":{
              "region":{"type":"string","x-mcp-header":"Region"},
              "count":{"type":"integer","x-mcp-header":"Count"},
              "dry":{"type":"boolean","x-mcp-header":"Dry"}},"required":["region"]}
            """),
        new("test_missing_capability", "Needs a client that can sample.", (request, _) => Task.FromResult(
            request.Server.ClientCapabilities?.Sampling is null
                ? throw new MissingRequiredClientCapabilityException(new ClientCapabilities { Sampling = new() })
                : Says("The client can sample."))),
    ];
}
