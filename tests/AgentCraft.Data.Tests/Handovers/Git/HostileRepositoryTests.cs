using AgentCraft.Data.Handovers.Git;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Handovers.Git;

/// <summary>A repository that somebody else wrote: looking at it runs nothing of it, changes nothing, and reads nothing outside.</summary>
public sealed class HostileRepositoryTests : IDisposable
{
    private const string Unix = "it writes shell scripts";

    private readonly Repository _repository = new();

    private string Mark => _repository.Beside("ran");

    public void Dispose() => _repository.Dispose();

    [RequiresTheory(Need.Unix, Unix)]
    [InlineData("core.fsmonitor")]
    [InlineData("core.pager")]
    [InlineData("core.editor")]
    [InlineData("core.sshCommand")]
    [InlineData("core.alternateRefsCommand")]
    [InlineData("diff.external")]
    [InlineData("diff.evil.command", "* diff=evil")]
    [InlineData("diff.evil.textconv", "* diff=evil")]
    [InlineData("filter.evil.clean", "* filter=evil")]
    [InlineData("filter.evil.process", "* filter=evil")]
    [InlineData("filter.e.v i.l.clean", "* filter=e.v")]
    [InlineData("FILTER.evil.CLEAN", "* filter=evil")]
    [InlineData("gpg.program")]
    [InlineData("pager.status")]
    [InlineData("alias.status")]
    [InlineData("credential.helper")]
    [InlineData("interactive.diffFilter")]
    [InlineData("core.gitProxy")]
    public async Task No_program_of_its_configuration_runs(string key, string? attributes = null)
    {
        string script = Script();
        Prepare();
        File.AppendAllText(Path.Combine(_repository.Root, ".git", "info", "attributes"), attributes is null ? "" : $"{attributes}\n");
        if (attributes is not null)
            _repository.Write(".gitattributes", $"{attributes}\n");
        _repository.Run("config", key, script);
        _repository.Run("config", "log.showSignature", "true");
        await LookAtAll();
        Assert.False(File.Exists(Mark), $"{key} ran.");
    }

    [Requires(Need.Unix, Unix)]
    public async Task No_program_of_a_file_that_its_configuration_includes_runs()
    {
        Prepare();
        _repository.Write("evil.config", $"[filter \"evil\"]\n\tclean = {Script()}\n\trequired = true\n").Write(".gitattributes", "* filter=evil\n");
        _repository.Run("config", "include.path", "../evil.config");
        await LookAtAll();
        Assert.False(File.Exists(Mark));
    }

    [Requires(Need.Unix, Unix)]
    public async Task A_filter_that_cannot_be_switched_off_is_a_reason_not_to_look()
    {
        Prepare();
        _repository.Write(".gitattributes", "* filter=a=b\n");
        _repository.Run("config", "filter.a=b.clean", Script());
        Assert.Contains("cannot be switched off", (await GitView.Look(_repository.Root, null)).Absence, StringComparison.Ordinal);
        Assert.False(File.Exists(Mark));
    }

    [Requires(Need.Unix, Unix)]
    public async Task None_of_its_hooks_runs_and_its_index_stays_as_it_is()
    {
        Prepare();
        foreach (string hook in new[] { "post-index-change", "pre-auto-gc", "reference-transaction", "fsmonitor-watchman", "post-checkout" })
            Script(Path.Combine(_repository.Root, ".git", "hooks", hook));
        string index = Path.Combine(_repository.Root, ".git", "index");
        DateTime before = File.GetLastWriteTimeUtc(index);
        byte[] bytes = File.ReadAllBytes(index);
        await LookAtAll();
        Assert.False(File.Exists(Mark));
        Assert.Equal(before, File.GetLastWriteTimeUtc(index));
        Assert.Equal(bytes, File.ReadAllBytes(index));
    }

    [Requires(Need.Unix, Unix)]
    public async Task A_program_called_git_in_the_project_is_not_taken_for_git()
    {
        Prepare();
        Script(Path.Combine(_repository.Root, "git"));
        string before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = _repository.Root;
        try
        {
            await LookAtAll();
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
        Assert.False(File.Exists(Mark));
    }

    [Requires(Need.Unix, Unix)]
    public async Task A_submodule_s_configuration_does_not_run_either()
    {
        using Repository inner = new();
        inner.Write("a", "x").Commit();
        Prepare();
        _repository.Run("submodule", "--quiet", "add", inner.Root, "sub");
        _repository.Commit();
        Repository.RunIn(Path.Combine(_repository.Root, "sub"), "config", "core.fsmonitor", Script());
        File.WriteAllText(Path.Combine(_repository.Root, "sub", "a"), "changed");
        await LookAtAll();
        Assert.False(File.Exists(Mark));
    }

    [Requires(Need.Unix, "it makes links")]
    public async Task Links_are_not_followed_out_of_the_project()
    {
        File.WriteAllText(_repository.Beside("secret"), "TODO: the password is hunter2");
        File.CreateSymbolicLink(Path.Combine(_repository.Root, "link"), _repository.Beside("secret"));
        Assert.Empty((await GitView.Look(_repository.Root, null)).Todos);
    }

    [Fact]
    public async Task A_work_tree_elsewhere_is_not_looked_at()
    {
        string elsewhere = Directory.CreateDirectory(_repository.Beside("elsewhere")).FullName;
        File.WriteAllText(Path.Combine(elsewhere, "private"), "x");
        _repository.Run("config", "core.worktree", elsewhere);
        Assert.Contains("outside of the repository's work tree", (await GitView.Look(_repository.Root, null)).Absence, StringComparison.Ordinal);
    }

    private void Prepare()
    {
        _repository.Write("a.txt", "old").Commit();
        // The same size and a younger time: only a comparison of the contents can tell, which is when a filter would run.
        _repository.Write("a.txt", "new");
    }

    private async Task LookAtAll()
    {
        GitView view = await GitView.Look(_repository.Root, DateTimeOffset.UnixEpoch);
        // On a busy machine git may need longer than it is given.
        for (int again = 0; view.Status is null && again < 5; again++)
            view = await GitView.Look(_repository.Root, DateTimeOffset.UnixEpoch);
        Assert.Equal("", view.Absence);
        Assert.NotNull(view.Status);
        GitRepository opened = (await GitRepository.Open(_repository.Root)).Repository!;
        await opened.MovesSince(view.Status!.Commit!);
        await opened.Exists([view.Status.Commit!]);
        await opened.Tracked();
        await opened.Head();
    }

    private string Script(string? path = null)
    {
        string file = path ?? _repository.Beside("evil.sh");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"#!/bin/sh\necho ran >> '{Mark}'\ncat\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }
}
