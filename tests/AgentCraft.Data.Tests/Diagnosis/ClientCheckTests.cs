using AgentCraft.Data.Diagnosis;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Diagnosis;

/// <summary>Configurations of clients that lead nowhere.</summary>
public sealed class ClientCheckTests : IDisposable
{
    private readonly Practice _practice = new();

    public ClientCheckTests()
    {
        File.WriteAllText(Make("bin/agentcraft"), "");
        _practice.Around = _practice.Around with { Variable = name => name == "PATH" ? _practice.Project.PathOf("bin") : null, Answers = url => Task.FromResult(url.Port == 7717) };
    }

    public void Dispose() => _practice.Dispose();

    [Theory]
    [InlineData(".mcp.json", """{"mcpServers":{"agentcraft":{"command":"agentcraft","args":["serve","--stdio"]}}}""")]
    [InlineData(".cursor/mcp.json", """{"mcpServers":{"agentcraft":{"command":"agentcraft","args":["serve","--stdio","--root","${workspaceFolder}"]}}}""")]
    [InlineData(".vscode/mcp.json", """{/* ours */"servers":{"agentcraft":{"type":"stdio","command":"@R/bin/agentcraft","args":["serve","--stdio","--root","${workspaceFolder}",],}}}""")]
    [InlineData("home/.claude.json", """{"mcpServers":{},"projects":{"@R":{"mcpServers":{"agentcraft":{"type":"http","url":"http://127.0.0.1:7717/mcp"}}},"/other":{"mcpServers":{"agentcraft":{"command":"/nowhere/agentcraft"}}}}}""")]
    [InlineData(".mcp.json", """{"mcpServers":{"other":{"command":"/nowhere/other"},"far":{"url":"http://127.0.0.1:1/mcp"}}}""")]
    [InlineData(".mcp.json", """{"mcpServers":{"agentcraft":{"command":"${UNKNOWN_HERE}/agentcraft","args":["--root","${UNKNOWN_HERE}"]}}}""")]
    [InlineData(".mcp.json", """[1, 2]""")]
    [InlineData(".mcp.json", """{"mcpServers":{"agentcraft":{"command":"${AGENTCRAFT_BIN:-agentcraft}"}, "agentcraft2":{"args":"x"}, "agentcraft3":7}}""")]
    [InlineData("home/.config/Claude/claude_desktop_config.json", """{"mcpServers":{"agentcraft":{"command":"agentcraft","env":{"AGENTCRAFT_ROOT":"@R/home"}}}}""")]
    public async Task What_leads_somewhere_or_is_not_ours_is_no_finding(string file, string json)
    {
        File.WriteAllText(Make(file), json.Replace("@R", _practice.Root));
        Assert.Empty(await _practice.Findings());
    }

    [Theory]
    [InlineData(".mcp.json", """{"mcpServers":{"agentcraft":{"command":"/nowhere/agentcraft"}}}""", "'agentcraft' starts '/nowhere/agentcraft', which is not there.", "nano FILE", Severity.Error)]
    [InlineData(".mcp.json", """{"mcpServers":{"memory":{"command":"dotnet","env":{"PATH":"@R/bin"},"args":["/nowhere/agentcraft.dll","serve"]}}}""", "'memory' starts 'dotnet', which is not there.", "nano FILE", Severity.Error)]
    [InlineData(".mcp.json", """{"mcpServers":{"memory":{"command":"agentcraft","args":["@R/agentcraft.dll","serve"]}}}""", "agentcraft.dll', which is not there.", "nano FILE", Severity.Error)]
    [InlineData(".cursor/mcp.json", """{"mcpServers":{"agentcraft":{"command":"agentcraft","args":["serve","--root","/nowhere"]}}}""", "names the root /nowhere, which is not there.", "nano FILE", Severity.Error)]
    [InlineData(".mcp.json", """{"mcpServers":{"agentcraft":{"command":"agentcraft","env":{"AGENTCRAFT_ROOT":"@R/bin"}}}}""", "which is another project.", "nano FILE", Severity.Warning)]
    [InlineData(".vscode/mcp.json", """{"servers":{"agentcraft":{"type":"http","url":"http://127.0.0.1:7799/mcp"}}}""", "connects to http://127.0.0.1:7799/mcp, where nobody answers.", "agentcraft serve --http --url http://127.0.0.1:7799 --root @R", Severity.Warning)]
    [InlineData(".vscode/mcp.json", """{"servers":{"agentcraft":{"type":"http","url":"https://team.example/mcp"}}}""", "nobody answers.", "curl -sS https://team.example/health/live", Severity.Warning)]
    [InlineData(".vscode/mcp.json", """{"servers":{"agentcraft":{"url":"localhost"}}}""", "which is none.", "nano FILE", Severity.Error)]
    [InlineData("home/.claude.json", """{"mcpServers":{"agentcraft":{"command":"agentcrafty"}}}""", "'agentcraft' starts 'agentcrafty', which is not there.", "nano FILE", Severity.Error)]
    [InlineData(".mcp.json", "{\n\"mcpServers\": {{", "cannot be read: it is no valid JSON (line 2)", "nano FILE", Severity.Warning)]
    public async Task What_leads_nowhere_is_told_with_the_file_to_correct(string file, string json, string what, string next, Severity severity)
    {
        string path = Make(file);
        File.WriteAllText(path, json.Replace("@R", _practice.Root));
        Finding finding = await _practice.Only("clients");
        Assert.Equal(severity, finding.Severity);
        Assert.Contains(what, finding.What, StringComparison.Ordinal);
        Assert.Equal(next.Replace("FILE", path).Replace("@R", _practice.Root), finding.Next);
    }

    private string Make(string file)
    {
        string path = _practice.Project.PathOf(file.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
