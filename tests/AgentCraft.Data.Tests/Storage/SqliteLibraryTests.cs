using System.Diagnostics;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>Which library is used is chosen once a process, so each choice is made in a process of its own.</summary>
public sealed class SqliteLibraryTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void The_bundled_library_is_found_beside_the_tests_and_usable()
    {
        SqliteLibrary bundled = Assert.Single(SqliteLibrary.Candidates(), c => c.Source == "bundled");
        Assert.True(bundled.Usable);
        Assert.Equal(new Version(3, 35, 5), bundled.Version);
        Assert.StartsWith(AppContext.BaseDirectory, bundled.Path);
    }

    [Fact]
    public async Task Each_setting_takes_the_library_that_it_names()
    {
        SqliteLibrary bundled = SqliteLibrary.Candidates().Single(c => c.Source == "bundled");
        Assert.Equal($"bundled {bundled.Version} {bundled.Path}", await Opened("bundled"));
        Assert.Equal($"path {bundled.Version} {bundled.Path}", await Opened(bundled.Path));
        SqliteLibrary newest = SqliteLibrary.Candidates().Where(c => c.Usable).MaxBy(c => c.Version)!;
        Assert.Equal($"{newest.Source} {newest.Version} {newest.Path}", await Opened("auto"));
        if (SqliteLibrary.Candidates().SingleOrDefault(c => c.Source == "system") is { } system)
            Assert.Equal($"system {system.Version} {system.Path}", await Opened("system"));
    }

    [Fact]
    public async Task A_file_made_by_one_library_is_read_by_the_other()
    {
        await Opened("bundled");
        await Opened("auto");
        await Opened("bundled");
    }

    [Theory]
    [InlineData("/nowhere/libsqlite3.so")]
    [InlineData("libc.so.6")]
    public async Task A_path_that_is_no_usable_library_is_invalid_configuration(string path)
    {
        await using WorkerProcess worker = WorkerProcess.Start("open", _project.Root, $"library={path}");
        string[] error = await worker.Next("error");
        Assert.Equal(ErrorCodes.InvalidConfiguration, error[0]);
        Assert.Contains(path, string.Join(' ', error));
        Assert.Empty(Directory.GetFileSystemEntries(_project.Root));
    }

    [Theory]
    [InlineData("3.6.23", false)]
    [InlineData("3.7.0", true)]
    [InlineData("3.40.1", true)]
    [InlineData("3.51.2", true)]
    [InlineData("3.51.3", false)]
    [InlineData("4.0.0", false)]
    public void Which_versions_have_the_WAL_reset_bug_is_known(string version, bool has) => Assert.Equal(has,
        new SqliteLibrary { Source = "", Path = "", Version = Version.Parse(version), HasFullTextSearch = true, HasJson = true }.HasWalResetBug);

    /// <summary>The server that is published for a machine has its library beside it; the one for any machine below runtimes/.</summary>
    [FullRunFact]
    public async Task A_published_program_finds_its_bundled_library()
    {
        foreach (string[] options in new string[][] { [], ["--runtime", "linux-x64", "--self-contained", "false"] })
        {
            string folder = _project.PathOf($"published-{options.Length}");
            string project = Path.Combine(ServerExecutable.RepositoryRoot, "tests", "AgentCraft.Worker", "AgentCraft.Worker.csproj");
            using Process publish = Process.Start(new ProcessStartInfo("dotnet",
                ["publish", project, "-c", "Release", "-o", folder, "--artifacts-path", _project.PathOf("artifacts"), .. options])
            { RedirectStandardOutput = true })!;
            string log = await publish.StandardOutput.ReadToEndAsync();
            await publish.WaitForExitAsync();
            Assert.True(publish.ExitCode == 0, log);
            using Process worker = Process.Start(new ProcessStartInfo("dotnet",
                [Path.Combine(folder, "AgentCraft.Worker.dll"), "open", _project.PathOf("root"), "library=bundled"])
            { RedirectStandardOutput = true })!;
            string line = await worker.StandardOutput.ReadToEndAsync();
            Assert.Contains($"bundled 3.35.5 {folder}", line);
        }
    }

    private sealed class FullRunFactAttribute : FactAttribute
    {
        public FullRunFactAttribute() => Skip = Quantity.IsFull ? null : "Publishes twice, which takes half a minute: in the full run only.";
    }

    private async Task<string> Opened(string setting)
    {
        await using WorkerProcess worker = WorkerProcess.Start("open", _project.Root, $"library={setting}");
        return string.Join(' ', (await worker.Next("opened"))[1..]);
    }
}
