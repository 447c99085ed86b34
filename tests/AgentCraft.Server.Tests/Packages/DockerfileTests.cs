using System.Net;
using System.Text.RegularExpressions;
using AgentCraft.Server.Cli;
using AgentCraft.Server.Tests.Cli;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Packages;

/// <summary>What can be said of the image where there is no engine to build it; where there is one, .ci/run builds and drives it.</summary>
public sealed class DockerfileTests : IDisposable
{
    private static readonly Dockerfile Image = new();
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void All_that_it_copies_is_there_and_reaches_the_engine()
    {
        string[] context = File.ReadAllLines(Path.Combine(ServerExecutable.RepositoryRoot, ".dockerignore"));

        Assert.NotEmpty(Image.Sources);
        Assert.All(Image.Sources, source => Assert.True(Path.Exists(Path.Combine(ServerExecutable.RepositoryRoot, source)), source));
        Assert.Equal(Image.Sources.Order(), context.Where(line => line.StartsWith('!')).Select(line => line[1..]).Order());
        Assert.Equal(["**/bin", "**/obj", "**/.agentcraft"], context[(Array.FindLastIndex(context, line => line.StartsWith('!')) + 1)..]);
    }

    [Fact]
    public void It_copies_all_that_the_projects_take_from_elsewhere()
    {
        string[] projects = Directory.GetFiles(Path.Combine(ServerExecutable.RepositoryRoot, "src"), "*.csproj", SearchOption.AllDirectories);
        // What only goes into the package is not needed.
        IEnumerable<string> taken = projects.SelectMany(File.ReadLines).Where(line => !line.Contains("Pack=\"true\"", StringComparison.Ordinal))
            .SelectMany(line => Regex.Matches(line, @"""\.\./\.\./([^/""]+)").Select(match => match.Groups[1].Value)).Distinct();
        Assert.Equal(["configs", "schemas"], taken.Order());
        Assert.All(taken, folder => Assert.Contains(folder, Image.Sources));
    }

    [Fact]
    public void What_it_starts_and_how_its_health_is_asked_are_commands_of_ours()
    {
        Assert.Equal(["agentcraft"], Image.CommandOf("ENTRYPOINT"));
        Assert.StartsWith("/app:", Image.Environment["PATH"]);
        Assert.Equal(["agentcraft", "health"], Image.CommandOf("HEALTHCHECK"));
        Assert.All([Image.CommandOf("CMD"), Image.CommandOf("HEALTHCHECK")[1..]], arguments => Assert.Empty(Commands.Create().Parse(arguments).Errors));
    }

    [Fact]
    public void It_listens_where_it_is_exposed_keeps_all_in_its_volume_and_is_not_root()
    {
        Uri url = new(Image.Environment["AGENTCRAFT__HTTP__URL"]!);
        Assert.Equal((IPAddress.Any.ToString(), Image.Of("EXPOSE")), (url.Host, $"{url.Port}"));
        Assert.Equal((Image.Of("VOLUME"), Image.Of("WORKDIR")), (Image.Environment["AGENTCRAFT_ROOT"], Image.Environment["AGENTCRAFT_ROOT"]));
        Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", Image.Of("USER"));
        Assert.Contains(Image.Image, one => one.Name == "COPY" && one.Arguments.StartsWith($"--from=build --chown={Image.Of("USER")} ", StringComparison.Ordinal)
            && one.Arguments.EndsWith($" {Image.Of("VOLUME")}", StringComparison.Ordinal));
        Assert.DoesNotContain(Image.Image.SkipWhile(one => one.Name != "USER"), one => one.Name == "RUN");
    }

    [Fact]
    public async Task As_the_image_sets_it_up_it_starts_only_with_a_token_and_then_is_healthy_and_asks_for_it()
    {
        Dictionary<string, string?> environment = Image.Environment;
        environment.Remove("PATH");
        environment["AGENTCRAFT_ROOT"] = _project.Root;
        environment["AGENTCRAFT__HTTP__URL"] = environment["AGENTCRAFT__HTTP__URL"]!.Replace($":{Image.Of("EXPOSE")}", ":0", StringComparison.Ordinal);
        string[] start = Image.CommandOf("CMD");

        ProgramRun refused = await ProgramRun.Of(_project.Root, start, environment);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("agentcraft token create --agent NAME --scope agent", refused.Error, StringComparison.Ordinal);

        ProgramRun made = await ProgramRun.Of(_project.Root, ["token", "create", "--agent", "reviewer", "--scope", "agent"], environment);
        Assert.StartsWith("agc_", made.Output, StringComparison.Ordinal);

        await using HttpServer server = await HttpServer.StartProgram(ServerExecutable.Path, start, _project.Root, new Dictionary<string, string?>(TestStore.EnvironmentOf(_project.Root).Concat(environment)));
        // What it prints is what a client is given: nobody can call 0.0.0.0.
        Assert.Equal("127.0.0.1", server.Mcp.Host);
        ProgramRun health = await ProgramRun.Of(_project.Root, [.. Image.CommandOf("HEALTHCHECK")[1..], "--setting", $"http.url=http://0.0.0.0:{server.Mcp.Port}"], environment);
        Assert.Equal((0, ""), (health.ExitCode, health.Error));
        using HttpExchange stranger = await server.Send(HttpMethod.Post, "/mcp", new StringContent("{}"));
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.Status);
    }
}
