using AgentCraft.Data.Storage;
using AgentCraft.Data.Tests.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Configuration;

public sealed class FileEditTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    private string Counter => _project.PathOf("counter.txt");

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Eight_processes_change_one_file_and_no_change_is_lost()
    {
        const int Processes = 8, Changes = 50;
        await File.WriteAllTextAsync(Counter, "0");
        WorkerProcess[] workers = [.. Enumerable.Range(0, Processes).Select(_ => WorkerProcess.Start("edit", Counter, $"count={Changes}"))];
        foreach (WorkerProcess worker in workers)
            await worker.Next("done");
        Assert.Equal($"{Processes * Changes}", await File.ReadAllTextAsync(Counter));
        foreach (WorkerProcess worker in workers)
            await worker.DisposeAsync();
        Assert.Equal(["counter.txt", "counter.txt.lock", "counter.txt.lock.holder"], Directory.GetFiles(_project.Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Who_waits_too_long_is_told_who_has_the_file_and_gets_it_when_that_process_dies()
    {
        await File.WriteAllTextAsync(Counter, "0");
        await using WorkerProcess holder = WorkerProcess.Start("hold-edit", Counter);
        await holder.Next("held");
        AgentCraftException busy = Assert.Throws<AgentCraftException>(() => FileEdit.Begin(Counter, TimeSpan.FromMilliseconds(50)));
        Assert.Equal((ErrorCodes.StoreBusy, true), (busy.Code, busy.Retryable));
        Assert.Contains($"{Counter} is being changed by process {holder.Pid}", busy.Message, StringComparison.Ordinal);
        await holder.Kill();
        using FileEdit mine = FileEdit.Begin(Counter);
        mine.Write("1");
        Assert.Equal("1", await File.ReadAllTextAsync(Counter));
    }

    [Fact]
    public void Two_edits_in_one_process_exclude_each_other_too()
    {
        using (FileEdit.Begin(Counter))
            Assert.Contains($"process {Environment.ProcessId}", Assert.Throws<AgentCraftException>(() => FileEdit.Begin(Counter, TimeSpan.Zero)).Message, StringComparison.Ordinal);
        FileEdit.Begin(Counter, TimeSpan.Zero).Dispose();
    }

    [Fact]
    public void A_wait_can_be_cancelled()
    {
        using FileEdit held = FileEdit.Begin(Counter);
        using CancellationTokenSource end = new();
        end.Cancel();
        Assert.Throws<OperationCanceledException>(() => FileEdit.Begin(Counter, TimeSpan.FromMinutes(1), end.Token));
    }

    [Fact]
    public void A_lock_file_that_is_a_link_is_refused()
    {
        string victim = _project.PathOf("victim");
        File.WriteAllText(victim, "mine");
        foreach (string link in new[] { Counter + ".lock", Counter + ".lock.holder" })
        {
            File.Delete(Counter + ".lock");
            File.CreateSymbolicLink(link, victim);
            Assert.Equal(ErrorCodes.StoreUnavailable, Assert.Throws<AgentCraftException>(() => FileEdit.Begin(Counter)).Code);
            File.Delete(link);
        }
        Assert.Equal("mine", File.ReadAllText(victim));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_nothing_beside_it()
    {
        string directory = _project.PathOf("sub");
        Directory.CreateDirectory(Path.Combine(directory, "in-its-place"));
        Assert.ThrowsAny<Exception>(() => WholeFile.Write(Path.Combine(directory, "in-its-place"), "x"));
        Assert.Equal(["in-its-place"], Directory.GetFileSystemEntries(directory).Select(Path.GetFileName));
    }

    [Fact]
    public void A_replaced_file_keeps_its_permissions()
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode Odd = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.UserExecute;
        File.WriteAllText(Counter, "0");
        File.SetUnixFileMode(Counter, Odd);
        WholeFile.Write(Counter, "1");
        Assert.Equal(Odd, File.GetUnixFileMode(Counter));
    }
}
