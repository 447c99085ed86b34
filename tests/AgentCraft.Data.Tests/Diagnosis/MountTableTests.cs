using AgentCraft.Data.Configuration;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.FileSystems;
using AgentCraft.Data.Storage.Migrations;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Diagnosis;

/// <summary>Which file system a path is on, read from given texts of <c>/proc/self/mountinfo</c>, and that a store on a wrong one is refused.</summary>
public sealed class MountTableTests : IDisposable
{
    private const string Text = """
        22 27 0:21 / /proc rw,relatime - proc proc rw
        27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
        30 27 0:40 / /home rw,relatime shared:2 master:3 - nfs4 server:/export/home rw,vers=4.2
        31 30 8:1 /data/local /home/ann/local\040disk rw - xfs /dev/sda1 rw
        32 27 0:41 / /mnt/c rw,noatime - 9p C:\134 rw,aname=drvfs;path=C:\;uid=1000
        33 27 0:42 / /mnt/wsl1 rw - drvfs C: rw
        34 27 0:43 / /mnt/smb rw - cifs //nas/share rw,vers=3.1.1
        35 27 0:44 / /mnt/ssh rw - fuse.sshfs ann@host:/home rw
        36 27 0:45 / /mnt/ntfs rw - fuseblk /dev/sdb1 rw
        37 27 0:46 /sub /srv/bound rw - nfs server:/export rw
        38 27 8:2 / /covered/deep rw - ext4 /dev/sdc rw
        39 27 0:47 / /covered rw - nfs server:/over rw
        40 27 8:3 / /stack rw - nfs server:/below rw
        41 40 8:4 / /stack rw - ext4 /dev/sdd rw
        42 27 0:48 / /merged rw - overlay overlay rw,lowerdir=/lower,upperdir=/mnt/smb/upper,workdir=/mnt/smb/work
        43 27 0:49 / /vm rw - virtiofs share rw
        44 27 0:50 / /tab\011and\134back rw - tmpfs tmpfs rw
        this is no line
        45 27
        """;

    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("/", "ext4", null)]
    [InlineData("/homes/x", "ext4", null)]
    [InlineData("/home", "nfs4", "a network file system")]
    [InlineData("/home/ann/project/.agentcraft/session.db", "nfs4", "a network file system")]
    [InlineData("/home/ann/local disk/p", "xfs", null)]
    [InlineData("/home/ann/local diskette", "nfs4", "a network file system")]
    [InlineData("/mnt/c/Users/ann", "9p", "a directory that two operating systems share")]
    [InlineData("/mnt/wsl1/x", "drvfs", "a directory that two operating systems share")]
    [InlineData("/mnt/smb", "cifs", "a network file system")]
    [InlineData("/mnt/ssh/x", "fuse.sshfs", "a network file system")]
    [InlineData("/mnt/ntfs/x", "fuseblk", null)]
    [InlineData("/srv/bound/x", "nfs", "a network file system")]
    [InlineData("/covered/deep/x", "nfs", "a network file system")]
    [InlineData("/stack/x", "ext4", null)]
    [InlineData("/merged/x", "cifs", "a network file system")]
    [InlineData("/vm/x", "virtiofs", null)]
    [InlineData("/tab\tand\\back/x", "tmpfs", null)]
    public void A_path_is_on_the_mount_that_the_system_would_take_it_to(string path, string kind, string? fault)
    {
        MountTable table = MountTable.Parse(Text);
        Mount mount = table.Below(table.Of(path)!);
        Assert.Equal((kind, fault), (mount.Kind, FileSystem.Fault(mount)));
        Assert.Equal(kind == "virtiofs", FileSystem.IsDoubtful(mount));
    }

    [Fact]
    public void Names_are_told_as_they_are()
    {
        MountTable table = MountTable.Parse(Text);
        Assert.Equal("xfs (/dev/sda1), mounted at /home/ann/local disk", table.Of("/home/ann/local disk/x")!.ToString());
        Assert.Equal("9p (C:\\), mounted at /mnt/c", table.Of("/mnt/c")!.ToString());
        Assert.Null(MountTable.Parse("").Of("/x"));
    }

    [Fact]
    public void Where_the_root_itself_is_hidden_the_longest_of_what_is_seen_counts_and_of_two_alike_the_last()
    {
        MountTable table = MountTable.Parse("50 9 0:1 / /a rw - ext4 /dev/a rw\n51 9 0:2 / /a/b rw - nfs s:/x rw\n52 9 0:3 / /a/b rw - xfs /dev/b rw\n");
        Assert.Equal(["ext4", "xfs", null], new[] { "/a/x", "/a/b/c", "/z" }.Select(path => table.Of(path)?.Kind));
    }

    [RequiresTheory(Need.Linux, "links and mounts of this machine")]
    [InlineData(false)]
    [InlineData(true)]
    public void A_path_is_followed_through_links_and_one_that_is_not_there_yet_is_where_it_will_be(bool exists)
    {
        string target = Directory.CreateDirectory(_project.PathOf("far", "away")).FullName;
        Directory.CreateSymbolicLink(_project.PathOf("near"), target);
        string path = _project.PathOf("near", "x", "session.db");
        if (exists)
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        MountTable table = MountTable.Parse($"1 0 8:1 / / rw - ext4 /dev/a rw\n2 1 0:9 / {target.Replace(" ", "\\040")} rw - nfs s:/x rw\n");
        Assert.Equal("nfs", FileSystem.Of(path, table)!.Kind);
        Assert.Equal("ext4", FileSystem.Of(_project.PathOf("else"), table)!.Kind);
        Assert.NotNull(FileSystem.Of(path));
    }

    [Theory]
    [InlineData("nfs4")]
    [InlineData("cifs")]
    [InlineData("fuse.sshfs")]
    [InlineData("9p")]
    [InlineData("drvfs")]
    public async Task A_server_opens_nothing_there_and_names_the_alternative_unless_it_is_told_to(string kind)
    {
        StoreSettings settings = new() { FileSystemOf = _ => new("/mnt", kind, "server:/x", "") };
        await using (Databases databases = new(_project.Root, settings, TimeProvider.System))
            foreach (Func<Task> use in new Func<Task>[]
            {
                () => databases.Central.Read(c => c.First<long>("SELECT 1")), () => databases.Central.Write(c => c.First<long>("SELECT 1")),
                () => databases.Agent("alice", "default").Read(c => c.First<long>("SELECT 1")), () => databases.Migrations.Run(new(), new(MigrationGoalKind.Up), MigrationMode.Careful),
            })
            {
                AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(use);
                Assert.Equal(ErrorCodes.StoreUnavailable, refused.Code);
                Assert.Contains($"would lie on {kind} (server:/x), mounted at /mnt", refused.Message, StringComparison.Ordinal);
                Assert.Contains("--root", refused.Hint, StringComparison.Ordinal);
                Assert.Contains("--store", refused.Hint, StringComparison.Ordinal);
                Assert.Contains("AGENTCRAFT__SQLITE__FILESYSTEM=any", refused.Hint, StringComparison.Ordinal);
            }
        Assert.Empty(Directory.EnumerateFileSystemEntries(_project.Root));
        await using Databases daring = new(_project.Root, settings with { FileSystem = FileSystemRule.Any }, TimeProvider.System);
        Assert.Equal(1, await daring.Central.Read(c => c.First<long>("SELECT 1")));
    }

    [Fact]
    public void A_project_s_own_file_cannot_allow_it()
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        File.WriteAllText(_project.PathOf(".agentcraft", "config.json"), """{"sqlite":{"fileSystem":"any"}}""");
        Assert.Contains("sqlite.fileSystem is taken from the environment or the command line only", Assert.Throws<AgentCraftException>(() => SettingsFile.Load(_project.Root)).Message, StringComparison.Ordinal);
        File.Delete(_project.PathOf(".agentcraft", "config.json"));
        Assert.Equal(FileSystemRule.Any, SettingsFile.Load(_project.Root, commandLine: new Dictionary<string, string> { ["sqlite.fileSystem"] = "any" }).Sqlite.FileSystem);
    }
}
