using System.Text.Json;
using System.Xml.Linq;
using AgentCraft.Server.Cli;
using AgentCraft.Server.Hosting;
using AgentCraft.Server.Tests.Cli;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Packages;

/// <summary>
/// <c>.mcp/server.json</c>, by which clients find and start the package: the rules of its schema and of the registry that reads it, and that
/// it says what is so.
/// </summary>
public sealed class ManifestTests
{
    private static readonly string Root = ServerExecutable.RepositoryRoot;
    private static readonly JsonElement Manifest = JsonElement.Parse(File.ReadAllText(Path.Combine(Root, ".mcp", "server.json")));
    private static readonly JsonElement Package = Assert.Single(Manifest.GetProperty("packages").EnumerateArray());
    private static readonly XElement Project = XElement.Load(Path.Combine(Root, "src", "AgentCraft.Server", "AgentCraft.Server.csproj"));

    [Fact]
    public void Its_versions_are_the_one_that_the_build_has()
    {
        string version = XElement.Load(Path.Combine(Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        Assert.Equal((version, version, version), (Text(Manifest, "version"), Text(Package, "version"), ServerOptions.Version));
        Assert.Empty(Project.Descendants("Version").Concat(Project.Descendants("PackageVersion")));
    }

    [Fact]
    public async Task The_program_prints_that_version_and_nothing_else()
    {
        CommandRun run = await CommandRun.Of(Path.GetTempPath(), "--version");
        Assert.Equal((0, Text(Manifest, "version"), ""), (run.ExitCode, run.Output.TrimEnd(), run.Error));
    }

    [Fact]
    public void It_keeps_the_rules_of_its_schema()
    {
        Assert.Matches(@"^https://static\.modelcontextprotocol\.io/schemas/\d{4}-\d\d-\d\d/server\.schema\.json$", Text(Manifest, "$schema"));
        Assert.Matches(@"^[a-zA-Z0-9.-]{1,100}/[a-zA-Z0-9._-]{1,100}$", Text(Manifest, "name"));
        Assert.InRange(Text(Manifest, "title").Length, 1, 100);
        Assert.InRange(Text(Manifest, "description").Length, 1, 100);
        Assert.Equal(("nuget", "stdio", "dnx"), (Text(Package, "registryType"), Text(Package.GetProperty("transport"), "type"), Text(Package, "runtimeHint")));
        Assert.All(Package.GetProperty("packageArguments").EnumerateArray(), argument =>
            Assert.True(Text(argument, "type") switch { "positional" => Text(argument, "value").Length > 0, "named" => Text(argument, "name").StartsWith("--", StringComparison.Ordinal), _ => false }, argument.ToString()));
    }

    [Fact]
    public void It_names_the_package_and_the_package_names_it()
    {
        Assert.Equal(Property("PackageId"), Text(Package, "identifier"));
        Assert.Equal(("true", "McpServer", "agentcraft"), (Property("PackAsTool"), Property("PackageType"), Property("ToolCommandName")));
        string readme = File.ReadAllText(Path.Combine(Root, "src", "AgentCraft.Server", "PACKAGE.md"));
        Assert.Contains($"mcp-name: {Text(Manifest, "name")} ", readme, StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_starts_is_a_stdio_server() => Assert.NotNull(StdioServing.StartOf([.. Arguments(Package)]));

    [Fact]
    public void Each_variable_that_it_offers_is_read()
    {
        string[] names = [.. Package.GetProperty("environmentVariables").EnumerateArray().Select(variable => Text(variable, "name"))];
        string readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        Assert.Contains("AGENTCRAFT_ROOT", names);
        Assert.All(names, name => Assert.True(readme.Contains(name, StringComparison.Ordinal)
            || readme.Contains($"`{name["AGENTCRAFT__".Length..]}`", StringComparison.OrdinalIgnoreCase), name));
    }

    [Theory]
    [InlineData("linux-x64")]
    [InlineData("linux-arm64")]
    [InlineData("osx-arm64")]
    [InlineData("win-x64")]
    public void Each_platform_has_a_profile_of_one_file(string platform)
    {
        string folder = Path.Combine(Root, "src", "AgentCraft.Server", "Properties", "PublishProfiles");
        XElement profile = XElement.Load(Path.Combine(folder, platform + ".pubxml"));
        Assert.Equal((platform, "SingleFile.props"), (profile.Descendants("RuntimeIdentifier").Single().Value, profile.Descendants("Import").Single().Attribute("Project")!.Value));
        XElement shared = XElement.Load(Path.Combine(folder, "SingleFile.props"));
        // Where the README says that it is.
        Assert.Equal("../../artifacts/single-file/$(RuntimeIdentifier)/", shared.Descendants("PublishDir").Single().Value);
        Assert.All(["SelfContained", "PublishSingleFile", "IncludeNativeLibrariesForSelfExtract"], name => Assert.Equal("true", shared.Descendants(name).Single().Value));
    }

    private static IEnumerable<string> Arguments(JsonElement package) => package.GetProperty("packageArguments").EnumerateArray()
        .Select(argument => Text(argument, Text(argument, "type") == "named" ? "name" : "value"));

    private static string Property(string name) => Project.Descendants(name).Single().Value;

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
