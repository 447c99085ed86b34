using System.Security.Cryptography;
using AgentCraft.Data.Paths;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Handovers;

/// <summary>How the files and commits that a document cites were found in the project.</summary>
/// <param name="Files">Each cited file once, in the document's order.</param>
/// <param name="Commits">Each cited commit once.</param>
internal sealed record CitationReport(IReadOnlyList<CitedFile> Files, IReadOnlyList<CitedCommit> Commits)
{
    private const int LargestHashed = 4 * 1024 * 1024;

    /// <summary>Of a document that is looked at apart from any project.</summary>
    public static CitationReport None { get; } = new([], []);

    /// <summary>Looks for the files that a document cites.</summary>
    /// <param name="document">The document.</param>
    /// <param name="root">The project.</param>
    /// <param name="before">What they were when it was written, as <see cref="Fingerprints"/> gave it; empty when that is not known.</param>
    /// <param name="changed">Paths that are known to have changed since it was written.</param>
    public static CitationReport Of(
        MarkdownOutline document, string root, IReadOnlyDictionary<string, string>? before = null, IReadOnlySet<string>? changed = null)
    {
        List<CitedFile> files = [];
        foreach (Citation citation in document.Citations.Where(c => c.Path is not null).DistinctBy(c => c.Path))
            if (Look(root, citation, before?.GetValueOrDefault(citation.Path!), changed) is { } file)
                files.Add(file);
        return new(files, [.. document.Citations.Where(c => c.Commit is not null).DistinctBy(c => c.Commit).Select(c => new CitedCommit(c.Commit!, c.Line, Exists: null))]);
    }

    /// <summary>What tells a changed file from the present one, by path; to be kept with the document.</summary>
    public IReadOnlyDictionary<string, string> Fingerprints =>
        Files.Where(file => file.Fingerprint is not null).ToDictionary(file => file.Path, file => file.Fingerprint!);

    private static CitedFile? Look(string root, Citation citation, string? before, IReadOnlySet<string>? changed)
    {
        string? now = ProjectPath.Find(citation.Path!) is { } path ? FingerprintOf(new(root), path) : null;
        if (now is null && before is null && !citation.IsSurelyFile)
            return null;
        bool isChanged = now is not null && (before is not null && before != now || changed?.Contains(citation.Path!) == true);
        return new(citation.Path!, citation.Line, now is null ? FileState.Missing : isChanged ? FileState.Changed : FileState.Present, now, WasThere: before is not null);
    }

    private static string? FingerprintOf(ProjectTree tree, ProjectPath path)
    {
        try
        {
            if (tree.IsDirectory(path, Links.Inside))
                return "directory";
            using SafeFileHandle? file = tree.OpenFile(path, Links.Inside);
            if (file is null)
                return null;
            byte[] content = file.ReadAll(LargestHashed);
            return content.Length > LargestHashed ? $"{RandomAccess.GetLength(file)} bytes of {Times.ToText(File.GetLastWriteTimeUtc(file))}"
                : Convert.ToHexStringLower(SHA256.HashData(content))[..32];
        }
        catch (AgentCraftException)
        {
            // It leads out of the project.
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "unreadable";
        }
    }
}

/// <summary>A file that a document names.</summary>
/// <param name="Path">Relative to the root.</param>
/// <param name="Line">Where it is first named.</param>
/// <param name="State">How it was found.</param>
/// <param name="Fingerprint">Of its content; null when it is missing.</param>
/// <param name="WasThere">It was there when the document was written.</param>
internal sealed record CitedFile(string Path, int Line, FileState State, string? Fingerprint, bool WasThere);

/// <summary>A commit that a document names.</summary>
/// <param name="Id">As it is written there.</param>
/// <param name="Line">Where it is first named.</param>
/// <param name="Exists">Null when nobody could tell.</param>
internal sealed record CitedCommit(string Id, int Line, bool? Exists);

/// <summary>How a cited file was found.</summary>
internal enum FileState
{
    Present,
    Changed,
    Missing,
}
