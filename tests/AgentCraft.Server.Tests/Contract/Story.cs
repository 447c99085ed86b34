using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>Calls of one tool with their answers, told one after the other and scrubbed: what its approved file holds.</summary>
public sealed class Story(string tool, ContractConnection connection, Scrub scrub)
{
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly StringBuilder _text = new();

    /// <summary>Calls the tool and tells it under this heading.</summary>
    public async Task<ToolAnswer> Call(string heading, object? arguments = null)
    {
        ToolAnswer answer = await connection.Call(tool, arguments);
        Tell(heading, arguments, answer);
        return answer;
    }

    /// <summary>Tells an answer that came some other way.</summary>
    public void Tell(string heading, object? arguments, ToolAnswer answer)
    {
        _text.Append($"## {heading}\n{tool} {JsonSerializer.Serialize(arguments ?? new { }, Pretty).ReplaceLineEndings("\n")}\n");
        _text.Append(answer.IsError ? "-> error " : "-> ").Append(Indented(answer.Text)).Append("\n\n");
    }

    /// <summary>Everything told so far, scrubbed.</summary>
    public override string ToString() => scrub.Apply(_text.ToString());

    private static string Indented(string json) => JsonNode.Parse(json)!.ToJsonString(Pretty).ReplaceLineEndings("\n");
}
