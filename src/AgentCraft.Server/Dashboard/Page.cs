using AgentCraft.Server.Dashboard.Markup;

namespace AgentCraft.Server.Dashboard;

/// <summary>A page, all but what is the same on every page.</summary>
/// <param name="Title">Its heading, and the window's.</param>
/// <param name="Section">Which part of the dashboard it belongs to, by its address.</param>
/// <param name="Body">What is below the heading.</param>
internal sealed record Page(string Title, string Section, Html Body)
{
    /// <summary>What of all that happens it is about; null for a page that stays as it is.</summary>
    public Link? Stream { get; init; }
    /// <summary>The HTTP status.</summary>
    public int Status { get; init; } = 200;
}

/// <summary>Makes a page.</summary>
internal delegate Task<Page> PageSource(PageRequest request);
