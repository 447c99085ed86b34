using System.Text;
using System.Text.RegularExpressions;
using AgentCraft.Data.Paths;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Handovers.Git;

/// <summary>Looks for TODO and FIXME in files, within bounds: a project may have changed a gigabyte.</summary>
internal static partial class TodoScan
{
    private const int MostMarks = 100;
    private const int MostFiles = 500;
    private const int LargestFile = 256 * 1024;
    private const int MostBytes = 8 * 1024 * 1024;
    private const int LongestText = 120;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>The marks, file by file.</summary>
    public static IReadOnlyList<TodoMark> Of(string root, IEnumerable<FileChange> changes)
    {
        Deadline deadline = new(Patience);
        List<TodoMark> marks = [];
        int bytes = 0;
        foreach (FileChange change in changes.Where(change => change.Kind != "deleted").Take(MostFiles))
        {
            if (marks.Count >= MostMarks || bytes >= MostBytes || deadline.Left <= TimeSpan.Zero)
                break;
            string text = Read(root, change.Path);
            bytes += text.Length;
            marks.AddRange(Marks(change.Path, text));
        }
        return [.. marks.Take(MostMarks)];
    }

    private static IEnumerable<TodoMark> Marks(string path, string text)
    {
        if (!text.Contains("TODO", StringComparison.Ordinal) && !text.Contains("FIXME", StringComparison.Ordinal))
            yield break;
        int line = 0;
        foreach (string content in text.Split('\n'))
        {
            line++;
            if (Mark().Match(content) is { Success: true } mark)
                yield return new(path, line, OneLine.Short(content[mark.Index..], LongestText));
        }
    }

    private static string Read(string root, string path)
    {
        try
        {
            // Nothing outside of the project, whatever its links say.
            using SafeFileHandle? file = ProjectPath.OfSystem(path) is { } inside ? new ProjectTree(root).OpenFile(inside) : null;
            byte[] bytes = file?.ReadAll(LargestFile) ?? [];
            return bytes.Length > LargestFile || bytes.AsSpan().Contains((byte)0) ? "" : Encoding.UTF8.GetString(bytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or AgentCraftException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"\b(TODO|FIXME)\b")]
    private static partial Regex Mark();
}

/// <summary>A note that something is to be done.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Text">From the mark to the end of the line.</param>
internal sealed record TodoMark(string Path, int Line, string Text);
