using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>A power cut is a copy of the files beside a running server, and another start of the machine another word in the mark.</summary>
public sealed class LostNumbersTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    /// <summary>A row that was seen and never acknowledged may be gone after a power cut; whoever reads on behind its number must not miss the next.</summary>
    [Theory]
    [InlineData("another start", 1_000_000)]
    [InlineData(null, 0)]
    public async Task Numbers_that_may_have_been_seen_are_not_used_again_after_the_machine_was_cut_off(string? boot, long skipped)
    {
        using TemporaryProject cut = new();
        await using (Databases databases = new(_project.Root, new(), TimeProvider.System))
        {
            await Rows.Create(databases.Central);
            await databases.Central.Write(c => c.Execute("CREATE TABLE never_kept (seq INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT)"));
            Assert.Equal(1, await Rows.Append(databases.Central, "w", 1));
            CopyStore(cut);
        }
        string mark = LogMark.PathOf(cut.CentralFile);
        Assert.Equal(new LeaseClock(TimeProvider.System).BootId, LogMark.Read(cut.CentralFile)!.Boot);
        if (boot is not null)
            await File.WriteAllTextAsync(mark, (await File.ReadAllTextAsync(mark)).Replace(LogMark.Read(cut.CentralFile)!.Boot, Guid.Empty.ToString(), StringComparison.Ordinal));
        for (int opening = 0; opening < 2; opening++)
        {
            await using Databases after = new(cut.Root, new(), TimeProvider.System);
            Assert.Equal(2 + skipped + opening, await Rows.Append(after.Central, "w", 2 + opening));
            Assert.Equal(1 + skipped + opening, await after.Central.Write(c => c.First<long>("INSERT INTO never_kept (text) VALUES ('one') RETURNING seq")));
        }
    }

    [Fact]
    public async Task A_store_that_was_closed_goes_on_with_its_numbers_whenever_the_machine_starts_again()
    {
        await using (Databases databases = new(_project.Root, new(), TimeProvider.System))
        {
            await Rows.Create(databases.Central);
            await Rows.Append(databases.Central, "w", 1);
        }
        Assert.False(LogMark.IsOfEarlierStart(_project.CentralFile, "another start"));
    }

    [Requires(Need.Linux, "elsewhere SQLite syncs by itself")]
    public async Task What_only_reads_a_file_after_a_cut_leaves_it_as_it_is()
    {
        using TemporaryProject cut = new();
        await using (Databases databases = new(_project.Root, new(), TimeProvider.System))
        {
            await Rows.Create(databases.Central);
            CopyStore(cut);
        }
        string mark = await File.ReadAllTextAsync(LogMark.PathOf(cut.CentralFile)), boot = LogMark.Read(cut.CentralFile)!.Boot;
        await File.WriteAllTextAsync(LogMark.PathOf(cut.CentralFile), mark.Replace(boot, Guid.Empty.ToString(), StringComparison.Ordinal));
        await using (Databases after = new(cut.Root, new(), TimeProvider.System))
            Assert.Equal(0, await Rows.Count(after.Central));
        Assert.True(LogMark.IsOfEarlierStart(cut.CentralFile, boot));
    }

    private void CopyStore(TemporaryProject to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to.CentralFile)!);
        foreach (string suffix in new[] { "", "-wal", ".mark" })
            File.Copy(_project.CentralFile + suffix, to.CentralFile + suffix);
    }
}
