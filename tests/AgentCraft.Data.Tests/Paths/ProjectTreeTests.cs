using System.Runtime.InteropServices;
using System.Text;
using AgentCraft.Data.Paths;
using AgentCraft.Testing;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Tests.Paths;

public sealed class ProjectTreeTests : IDisposable
{
    private const string Secret = "nobody outside may see this";
    private const int CurrentDirectory = -100;
    private const uint Exchange = 2;

    private readonly TemporaryProject _folder = new();
    private readonly ProjectTree _tree;

    public ProjectTreeTests()
    {
        _tree = new(Directory.CreateDirectory(_folder.PathOf("root")).FullName);
        Write("root/docs/a.md", "inside");
        // Its name begins with the root's.
        Write("root-evil/a.md", Secret);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_read_and_a_missing_one_is_none()
    {
        Assert.Equal("inside", Read("docs/a.md"));
        Assert.Null(Read("docs/b.md"));
        Assert.Null(Read("none/b.md"));
        Assert.Null(Read("docs/a.md/b.md"));
        Assert.True(_tree.IsDirectory(ProjectPath.Parse("docs")));
        Assert.False(_tree.IsDirectory(ProjectPath.Parse("docs/a.md")));
        Assert.Null(new ProjectTree(_folder.PathOf("absent")).OpenFile(ProjectPath.Parse("a")));
    }

    [Requires(Need.Unix, "it makes links")]
    public void A_link_is_refused_whether_it_is_the_file_or_on_the_way_and_wherever_it_leads()
    {
        Link("root/file", "docs/a.md");
        Link("root/folder", "docs");
        Link("root/out", _folder.PathOf("root-evil"));
        Link("root/nowhere", "absent");
        foreach (string path in new[] { "file", "folder/a.md", "out/a.md", "nowhere" })
        {
            AgentCraftException refused = Assert.Throws<AgentCraftException>(() => Read(path));
            Assert.Equal(ErrorCodes.NotAllowed, refused.Code);
            Assert.Contains("is a link to", refused.Message, StringComparison.Ordinal);
        }
    }

    [Requires(Need.Unix, "it makes links")]
    public void Where_links_inside_are_taken_those_that_leave_are_refused_all_the_same()
    {
        Link("root/relative", "docs/a.md");
        Link("root/absolute", _folder.PathOf("root", "docs"));
        Link("root/chain", "absolute");
        Link("root/docs/up", "../docs");
        Assert.Equal(["inside", "inside", "inside", "inside"], new[] { "relative", "absolute/a.md", "chain/a.md", "docs/up/up/a.md" }.Select(path => Read(path, Links.Inside)));
        Assert.Equal("docs", Assert.Single(LinkWay.Inside(_tree.Root, ["chain"])!));

        Link("root/out", _folder.PathOf("root-evil", "a.md"));
        Link("root/above", "../root-evil/a.md");
        Link("root/docs/far", "../../root-evil");
        Link("root/first", "out");
        Link("root/circle", "circle");
        foreach (string path in new[] { "out", "above", "docs/far/a.md", "first", "circle", "circle/a.md" })
            Assert.Equal(ErrorCodes.NotAllowed, Assert.Throws<AgentCraftException>(() => Read(path, Links.Inside)).Code);
    }

    [Requires(Need.Linux, "it swaps a directory for a link in one step")]
    public async Task A_link_that_is_swapped_in_between_the_check_and_the_use_leads_nowhere()
    {
        Write("root/swap/a.md", "inside");
        using CancellationTokenSource end = new();
        string swap = _folder.PathOf("root", "swap"), link = _folder.PathOf("root", "link");
        Link("root/link", _folder.PathOf("root-evil"));
        Task swapping = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
                Assert.Equal(0, Rename(CurrentDirectory, swap, CurrentDirectory, link, Exchange));
        });
        Dictionary<string, int> seen = [];
        for (int i = 0; i < 20_000; i++)
        {
            string outcome = Try(() => Read("swap/a.md", i % 2 == 0 ? Links.Refused : Links.Inside) ?? "none");
            seen[outcome] = seen.GetValueOrDefault(outcome) + 1;
            if (i % 20 == 0)
                Try(() => { _tree.Replace(ProjectPath.Parse("swap/b.md"), "written"); return "written"; });
        }
        await end.CancelAsync();
        await swapping;
        Assert.Empty(seen.Keys.Except(["inside", "none", ErrorCodes.NotAllowed]));
        Assert.True(seen.ContainsKey("inside") && seen.ContainsKey(ErrorCodes.NotAllowed), "The swap never fell between: the test shows nothing.");
        Assert.Equal(["a.md"], Directory.GetFiles(_folder.PathOf("root-evil")).Select(Path.GetFileName));
    }

    [Requires(Need.Unix, "it makes a pipe")]
    public void A_pipe_keeps_nobody_waiting()
    {
        System.Diagnostics.Process.Start("mkfifo", _folder.PathOf("root", "pipe")).WaitForExit();
        Assert.ThrowsAny<IOException>(() => Read("pipe"));
    }

    [Fact]
    public void Replacing_makes_directories_and_leaves_nothing_beside_the_file()
    {
        ProjectPath path = ProjectPath.Parse("out/deep/b.md");
        _tree.Replace(path, "one");
        _tree.Replace(path, "two é");
        Assert.Equal("two é", File.ReadAllText(_folder.PathOf("root", "out", "deep", "b.md")));
        Assert.Single(Directory.GetFiles(_folder.PathOf("root", "out", "deep")));
        _tree.DeleteIf(path, "one");
        Assert.Equal("two é", Read("out/deep/b.md"));
        _tree.DeleteIf(path, "two é");
        Assert.Null(Read("out/deep/b.md"));
        _tree.Replace(ProjectPath.Parse("top.md"), "top");
        Assert.Equal("top", Read("top.md"));
    }

    [Requires(Need.Unix, "it makes links")]
    public void Replacing_writes_through_no_link_that_leaves_and_replaces_the_link_that_has_the_name()
    {
        Link("root/out", _folder.PathOf("root-evil"));
        Assert.Equal(ErrorCodes.NotAllowed, Assert.Throws<AgentCraftException>(() => _tree.Replace(ProjectPath.Parse("out/a.md"), "x")).Code);
        Link("root/a.md", _folder.PathOf("root-evil", "a.md"));
        _tree.Replace(ProjectPath.Parse("a.md"), "mine");
        Assert.Equal("mine", Read("a.md"));
        Assert.Equal(Secret, File.ReadAllText(_folder.PathOf("root-evil", "a.md")));
    }

    private string? Read(string path, Links links = Links.Refused)
    {
        using SafeFileHandle? file = _tree.OpenFile(ProjectPath.Parse(path), links);
        return file is null ? null : Encoding.UTF8.GetString(file.ReadAll(1000));
    }

    private static string Try(Func<string> work)
    {
        try
        {
            return work();
        }
        catch (AgentCraftException refused)
        {
            return refused.Code;
        }
        catch (IOException)
        {
            // It was a link and then none, between two looks.
            return "none";
        }
    }

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.PathOf(path))!);
        File.WriteAllText(_folder.PathOf(path), content);
    }

    private void Link(string path, string target) => File.CreateSymbolicLink(_folder.PathOf(path), target);

    [DllImport("libc", EntryPoint = "renameat2", CharSet = CharSet.Ansi)]
    private static extern int Rename(int fromDirectory, string from, int toDirectory, string to, uint flags);
}
