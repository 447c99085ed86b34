using AgentCraft.Data.Outputs;

namespace AgentCraft.Data.Tests.Outputs;

public sealed class UnifiedDiffTests
{
    [Fact]
    public void A_diff_is_written_as_patch_reads_it()
    {
        string old = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\n", @new = "a\nb\nC\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn";
        Assert.Equal("""
            --- a/x.txt
            +++ b/x.txt
            @@ -1,6 +1,6 @@
             a
             b
            -c
            +C
             d
             e
             f
            @@ -11,3 +11,4 @@
             k
             l
             m
            +n
            \ No newline at end of file

            """.ReplaceLineEndings("\n"), UnifiedDiff.Of(old, @new, "x.txt").Text);
    }

    [Theory]
    [InlineData(null, "", "")]
    [InlineData("a\n", "a\n", "")]
    [InlineData(null, "a\n", "--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n")]
    [InlineData("a\n", "", "--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n-a\n")]
    [InlineData("a", "a\n", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n")]
    [InlineData("a\r\n", "a\n", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\r\n+a\n")]
    public void Ends_of_lines_and_files_count(string? old, string @new, string diff) => Assert.Equal(diff, UnifiedDiff.Of(old, @new, "x").Text);

    [Fact]
    public void Applying_a_diff_to_the_old_text_gives_the_new_one_and_it_is_the_shortest()
    {
        Random random = new(7);
        for (int round = 0; round < 3000; round++)
        {
            string[] old = Lines(random), @new = random.Next(3) == 0 ? Lines(random) : Edited(old, random);
            (List<Change> changes, bool isShortest) = LineDiff.Of(old, @new);
            Assert.True(isShortest);
            Assert.Equal(@new, Applied(old, @new, changes));
            Assert.Equal(old.Length + @new.Length - (2 * CommonLength(old, @new)), changes.Sum(c => c.OldEnd - c.OldStart + c.NewEnd - c.NewStart));
            string before = string.Concat(old), after = string.Concat(@new);
            Assert.Equal(after, Patched(before, UnifiedDiff.Of(before, after, "x").Text));
        }
    }

    [Fact]
    public void Texts_that_have_nothing_in_common_are_one_replacement_whatever_their_size()
    {
        string[] old = [.. Enumerable.Range(0, 200_000).Select(i => $"old {i}")], @new = [.. Enumerable.Range(0, 200_000).Select(i => $"new {i}")];
        (List<Change> changes, bool isShortest) = LineDiff.Of([.. old, "end"], [.. @new, "end"]);
        Assert.Equal([new Change(0, 200_000, 0, 200_000)], changes);
        Assert.False(isShortest);
    }

    [Fact]
    public void Few_edits_in_a_huge_text_are_found()
    {
        string[] old = [.. Enumerable.Range(0, 200_000).Select(i => $"{i % 1000}")];
        List<string> @new = [.. old];
        @new.RemoveAt(150_000);
        @new.Insert(100, "added");
        @new[50] = "changed";
        Assert.Equal([new(50, 51, 50, 51), new(100, 100, 100, 101), new(150_000, 150_001, 150_001, 150_001)], LineDiff.Of(old, @new).Changes);
    }

    private static string[] Lines(Random random) => [.. Enumerable.Range(0, random.Next(12)).Select(_ => $"{(char)('a' + random.Next(4))}\n")];

    private static string[] Edited(string[] lines, Random random) =>
        [.. lines.SelectMany(line => random.Next(6) switch { 0 => [], 1 => [line, "new\n"], 2 => new[] { "other\n" }, _ => [line] })];

    private static IEnumerable<string> Applied(string[] old, string[] @new, List<Change> changes)
    {
        int at = 0;
        foreach (Change change in changes)
        {
            for (; at < change.OldStart; at++)
                yield return old[at];
            for (int i = change.NewStart; i < change.NewEnd; i++)
                yield return @new[i];
            at = change.OldEnd;
        }
        for (; at < old.Length; at++)
            yield return old[at];
    }

    private static int CommonLength(string[] a, string[] b)
    {
        int[,] length = new int[a.Length + 1, b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
            for (int j = 1; j <= b.Length; j++)
                length[i, j] = a[i - 1] == b[j - 1] ? length[i - 1, j - 1] + 1 : Math.Max(length[i - 1, j], length[i, j - 1]);
        return length[a.Length, b.Length];
    }

    /// <summary>What a reader of the format makes of the old text; all its lines end.</summary>
    private static string Patched(string old, string diff)
    {
        List<string> lines = [.. old.Split('\n')[..^1]], patched = [];
        int at = 0;
        foreach (string line in diff.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("---", StringComparison.Ordinal) && !line.StartsWith("+++", StringComparison.Ordinal)))
            if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                string[] range = line.Split(' ')[1][1..].Split(',');
                int start = int.Parse(range[0], System.Globalization.CultureInfo.InvariantCulture) - (range is [_, "0"] ? 0 : 1);
                patched.AddRange(lines[at..start]);
                at = start;
            }
            else if (line[0] == '+')
                patched.Add(line[1..]);
            else
            {
                Assert.Equal(lines[at++], line[1..]);
                if (line[0] == ' ')
                    patched.Add(line[1..]);
            }
        return string.Concat(patched.Concat(lines[at..]).Select(line => line + "\n"));
    }
}
