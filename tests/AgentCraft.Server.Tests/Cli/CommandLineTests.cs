using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentCraft.Server.Cli;
using AgentCraft.Server.Tools;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary>The commands as a person meets them: help, answers, exit codes.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    public static TheoryData<string> EveryCommand => new(Paths(Commands.Create(), ""));

    [Theory]
    [MemberData(nameof(EveryCommand))]
    public async Task Help_is_as_approved(string command)
    {
        CommandRun help = await Run([.. Words(command), "--help"]);
        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Approved.Match(string.Join('\n', help.Output.Split('\n').Select(line => line.TrimEnd())), command.Length == 0 ? "agentcraft" : command.Replace(' ', '-'), "help");
    }

    [Theory]
    [MemberData(nameof(EveryCommand))]
    public void Every_command_has_an_example_that_it_understands_itself(string path)
    {
        string[] lines = (Find(path).Description ?? "").ReplaceLineEndings("\n").Split('\n');
        string example = Assert.Single(lines, line => line.StartsWith("Example: ", StringComparison.Ordinal))["Example: ".Length..];
        string line = Regex.Match(example, $@"agentcraft {Regex.Escape(path)}[^)]*").Value;
        Assert.True(line.Length > 0, example);
        Assert.Empty(Commands.Create().Parse(line["agentcraft".Length..].Split(" > ")[0]).Errors);
    }

    [Theory]
    [MemberData(nameof(EveryCommand))]
    public void Every_command_that_does_something_has_json_and_root(string path)
    {
        Command command = Find(path);
        if (command.Subcommands.Count > 0)
            return;
        Assert.Contains(command.Options, option => option.Name == "--json");
        Assert.Contains(command.Options, option => option.Name == "--root");
        Assert.All(command.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description), option.Name));
    }

    [Fact]
    public void Every_approved_help_is_that_of_a_command()
    {
        string folder = Path.Combine(ServerExecutable.RepositoryRoot, "tests", "AgentCraft.Server.Tests", "Cli", "help");
        Assert.Equal(Paths(Commands.Create(), "").Select(path => path.Length == 0 ? "agentcraft" : path.Replace(' ', '-')).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(folder, "*.verified.txt").Select(file => Path.GetFileName(file)[..^".verified.txt".Length]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EveryCommand))]
    public async Task Nothing_that_is_printed_for_a_pipe_has_colours(string command)
    {
        CommandRun help = await Run([.. Words(command), "--help"]);
        Assert.DoesNotContain('\u001b', help.Output);
    }

    private static IEnumerable<string> Paths(Command command, string path) =>
        command.Subcommands.SelectMany(sub => Paths(sub, $"{path} {sub.Name}".TrimStart())).Prepend(path);

    private static Command Find(string path) => Words(path).Aggregate((Command)Commands.Create(), (command, name) => command.Subcommands.First(sub => sub.Name == name));

    private static string[] Words(string path) => path.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public async Task Tools_are_listed_as_text_as_Markdown_and_as_JSON()
    {
        string text = (await Run("tools", "list")).Output, markdown = (await Run("tools", "list", "--markdown")).Output;
        // How many more there are changes with every tool.
        Approved.Match(Regex.Replace(text, @"all \d+ tools", "all tools"), "tools-list.text", "answers");
        Approved.Match(markdown, "tools-list.markdown", "answers");
    }

    [Theory]
    [InlineData()]
    [InlineData("--toolsets", "all")]
    public async Task Tools_as_JSON_are_what_tools_list_sends(params string[] toolsets)
    {
        JsonElement json = JsonElement.Parse((await Run(["tools", "list", "--json", .. toolsets])).Output);
        await using StdioServer server = await StdioServer.Connect(_project.Root, toolsets);
        Assert.True(JsonElement.DeepEquals((await server.Request("tools/list")).GetProperty("tools"), json));
    }

    [Fact]
    public async Task Tools_are_grouped_by_toolset_with_what_each_costs()
    {
        string text = (await Run("tools", "list", "--toolsets", "all")).Output;
        string[] toolsets = [.. text.Split('\n').Select(line => Regex.Match(line, @"^(\w+) +[a-z_]+  ").Groups[1].Value).Where(t => t.Length > 0)];
        Assert.Equal(toolsets.OrderBy(t => Array.IndexOf(ToolsetAttribute.All, t)), toolsets);
        Assert.All(toolsets.Distinct(), toolset => Assert.Matches($@"(?m)^{toolset}: \d+ tools?, about \d+ tokens$", text));
        Assert.Matches(@"\nAll: \d+ tools, about \d+ tokens\n$", text);
    }

    [Fact]
    public async Task A_mistyped_toolset_is_told_the_nearest() =>
        Assert.StartsWith("There is no toolset 'taks'. Did you mean 'tasks'? There are: all, core, agents,",
            (await Run("serve", "--toolsets", "core,taks")).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Doctor_says_which_SQLite_and_why_it_is_safe()
    {
        CommandRun text = await Run("doctor", "--root", _project.Root);
        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Contains("WAL-reset bug", text.Output, StringComparison.Ordinal);
        Assert.Contains("no store yet", text.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_project.Root));
        JsonElement json = JsonElement.Parse((await Run("doctor", "--json", "--root", _project.Root)).Output);
        Assert.Equal(_project.Root, json.GetProperty("root").GetString());
        JsonElement sqlite = json.GetProperty("sqlite");
        Assert.Matches(@"^3\.\d+\.\d+", sqlite.GetProperty("version").GetString());
        Assert.True(sqlite.GetProperty("fullTextSearch").GetBoolean() && sqlite.GetProperty("json").GetBoolean() && sqlite.GetProperty("safe").GetBoolean());
    }

    [Theory]
    [InlineData("Help: agentcraft --help")]
    [InlineData("Help: agentcraft --help", "frobnicate")]
    [InlineData("Help: agentcraft serve --help", "serve", "--prot", "80")]
    [InlineData("Help: agentcraft serve --help", "serve", "--toolsets", "core,taks")]
    [InlineData("Help: agentcraft serve --help", "serve", "--http", "--toolsets", "")]
    [InlineData("Help: agentcraft doctor --help", "doctor", "--root")]
    [InlineData("Help: agentcraft migrate --help", "migrate")]
    [InlineData("Help: agentcraft migrate to --help", "migrate", "to")]
    [InlineData("Help: agentcraft migrate to --help", "migrate", "to", "many")]
    [InlineData("Help: agentcraft migrate up --help", "migrate", "up", "--force")]
    [InlineData("Help: agentcraft migrate status --help", "migrate", "status", "--setting", "x")]
    [InlineData("Help: agentcraft archive --help", "archive", "--days", "soon")]
    [InlineData("Help: agentcraft tools --help", "tools")]
    [InlineData("Help: agentcraft tools list --help", "tools", "list", "--jsn")]
    [InlineData("Help: agentcraft config --help", "config")]
    [InlineData("Help: agentcraft config show --help", "config", "show", "--toolsets", "taks")]
    [InlineData("Help: agentcraft config migrate --help", "config", "migrate", "--dryrun")]
    [InlineData("Help: agentcraft status --help", "status", "please")]
    [InlineData("Help: agentcraft tail --help", "tail", "--kind", "taks")]
    [InlineData("Help: agentcraft completion --help", "completion", "csh")]
    [InlineData("Help: agentcraft completion --help", "completion")]
    [InlineData("Help: agentcraft handover validate --help", "handover", "validate", "x.md")]
    [InlineData("Help: agentcraft handover render --help", "handover", "render", "--template", "quick", "--set", "x")]
    [InlineData("Help: agentcraft handover render --help", "handover", "render", "--template", "quick", "--section", "a=1", "--section", "a=2")]
    public async Task Wrong_usage_exits_with_2_and_names_the_help(string help, params string[] arguments)
    {
        CommandRun misuse = await Run(arguments);
        Assert.Equal((2, ""), (misuse.ExitCode, misuse.Output));
        Assert.Equal(help, misuse.Error.TrimEnd().Split('\n')[^1]);
        Assert.True(misuse.Error.Split('\n').Length > 2, misuse.Error);
        Assert.DoesNotContain("   at ", misuse.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_exits_with_1_and_says_what_to_do()
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        await File.WriteAllTextAsync(_project.PathOf(".agentcraft", "config.json"), """{"sqlite":{"libary":"system"}}""");
        CommandRun failure = await Run("status", "--root", _project.Root);
        Assert.Equal((1, ""), (failure.ExitCode, failure.Output));
        string[] lines = failure.Error.TrimEnd().Split('\n');
        Assert.Contains("config.json", lines[0], StringComparison.Ordinal);
        Assert.Contains("libary", lines[0], StringComparison.OrdinalIgnoreCase);
        Assert.Equal("Correct it; the README lists the settings.", lines[^1]);
        Assert.DoesNotContain("   at ", failure.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_the_server_s()
    {
        await using StdioServer server = StdioServer.Start(_project.Root);
        string? version = (await server.Initialize()).GetProperty("serverInfo").GetProperty("version").GetString();
        Assert.StartsWith(version!, (await Run("--version")).Output, StringComparison.Ordinal);
    }

    private Task<CommandRun> Run(params string[] arguments) => CommandRun.Of(_project.Root, arguments);
}
