using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>
/// Where the newest hand-over of a project is written: the configured path for the root's own project, <c>handover.web-shop.md</c> beside it
/// for another that works in the same root, so that neither overwrites the other's.
/// </summary>
internal static class PublishedPath
{
    private const int Longest = 60;

    /// <summary>Relative to the root.</summary>
    public static string Of(Connection c, ProjectStore projects, string path, Project project)
    {
        if (projects.IsRoots(c, project))
            return path;
        string kebab = Kebab(project.Name);
        int before = ProjectStore.Names(c).TakeWhile(name => name != project.Name).Count(name => Kebab(name) == kebab);
        return $"{path[..^Path.GetExtension(path).Length]}.{kebab}{(before == 0 ? "" : $"-{before + 1}")}{Path.GetExtension(path)}";
    }

    /// <summary>Small letters and digits with '-' between: <c>Web Shop!</c> is <c>web-shop</c>.</summary>
    internal static string Kebab(string name)
    {
        IEnumerable<char> letters = name.Normalize().ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) ? c : '-');
        string kebab = string.Join('-', string.Concat(letters).Split('-', StringSplitOptions.RemoveEmptyEntries));
        kebab = (kebab.Length > Longest ? kebab[..Longest] : kebab).Trim('-');
        return kebab.Length > 0 ? kebab : "project";
    }
}
