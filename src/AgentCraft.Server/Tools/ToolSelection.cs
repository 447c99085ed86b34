using AgentCraft.Data;

namespace AgentCraft.Server.Tools;

/// <summary>Which tools a client may see and call: those of some toolsets, and perhaps only those that read. Immutable.</summary>
internal sealed class ToolSelection
{
    /// <summary>Stands for every toolset.</summary>
    public const string Everything = "all";

    /// <summary>The HTTP header by which a request asks for fewer toolsets than the server offers.</summary>
    public const string Header = "X-AgentCraft-Toolsets";

    private readonly string[] _toolsets;
    private readonly ToolSelection? _wider;

    private ToolSelection(IEnumerable<string> toolsets, bool isReadOnly, ToolSelection? wider = null)
    {
        HashSet<string> wanted = new(toolsets, StringComparer.OrdinalIgnoreCase);
        _toolsets = wanted.Contains(Everything) ? wider?._toolsets ?? ToolsetAttribute.All : [.. ToolsetAttribute.All.Where(wanted.Contains)];
        (IsReadOnly, _wider) = (isReadOnly, wider);
    }

    /// <summary>Only tools that read.</summary>
    public bool IsReadOnly { get; }

    /// <summary>Every toolset.</summary>
    public bool IsEverything => _toolsets.Length == ToolsetAttribute.All.Length;

    /// <summary>Whether <see cref="Parse"/> takes this.</summary>
    public static bool IsValid(string text) => Split(text).All(IsKnown);

    /// <summary>Reads names such as <c>core,tasks</c>, or <c>all</c>.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> for a toolset that there is not.</exception>
    public static ToolSelection Parse(string text, bool isReadOnly = false)
    {
        string[] names = Split(text);
        return names.FirstOrDefault(name => !IsKnown(name)) is { } unknown
            ? throw Unknown(unknown, $"There are: {Everything}, {string.Join(", ", ToolsetAttribute.All)}.", [Everything, .. ToolsetAttribute.All])
            : new(names, isReadOnly);
    }

    /// <summary>The part of this selection that a request asks for; <c>all</c> is all of it.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> for a toolset that there is not, or that is not part of it.</exception>
    public ToolSelection Narrow(string text)
    {
        string[] names = Split(text);
        string offer = $"{Header} can ask for: {this}.";
        if (names.FirstOrDefault(name => !IsKnown(name)) is { } unknown)
            throw Unknown(unknown, offer, _toolsets);
        return names.FirstOrDefault(name => !Has(name) && !MeansAll(name)) is { } off
            ? throw new AgentCraftException(ErrorCodes.InvalidArgument, $"The toolset {off.ToLowerInvariant()} is off in this server, and a request cannot switch it on.", offer)
            : new(names, IsReadOnly, this);
    }

    /// <summary>Whether a tool is in.</summary>
    public bool Includes(CatalogTool tool) => Has(tool.Toolset) && (tool.IsReadOnly || !IsReadOnly);

    /// <summary>Says why a tool is not in, and what would change that.</summary>
    public AgentCraftException Refusal(CatalogTool tool) =>
        IsReadOnly && !tool.IsReadOnly ? new(ErrorCodes.ReadOnly, $"{tool.Name} writes, and this server only reads.",
            "It runs with --read-only, or with the setting readOnly; a server without takes the call. tools/list shows what this one offers.")
        : _wider?.Has(tool.Toolset) == true ? new(ErrorCodes.ToolsetOff, $"{tool.Name} belongs to the toolset {tool.Toolset}, which the header {Header} leaves out.",
            $"Send {Header}: {With(tool)} to have it.")
        : new(ErrorCodes.ToolsetOff, $"{tool.Name} belongs to the toolset {tool.Toolset}, which is off in this server; on: {this}.",
            $"Ask your user to start it with --toolsets {(_wider ?? this).With(tool)}, or to set \"toolsets\" in .agentcraft/config.json to that, and to connect again.");

    /// <summary>For example <c>core,tasks</c>.</summary>
    public override string ToString() => string.Join(',', _toolsets);

    private bool Has(string toolset) => _toolsets.Contains(toolset, StringComparer.OrdinalIgnoreCase);

    private string With(CatalogTool tool) => string.Join(',', _toolsets.Append(tool.Toolset));

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries);

    private static bool MeansAll(string name) => name.Equals(Everything, StringComparison.OrdinalIgnoreCase);

    private static bool IsKnown(string name) => MeansAll(name) || ToolsetAttribute.All.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static AgentCraftException Unknown(string name, string offer, IEnumerable<string> names) => new(ErrorCodes.InvalidArgument,
        name.Length == 0 ? "The name of a toolset is empty." : $"There is no toolset '{Text.Shown(name, 40)}'.", $"{Text.DidYouMean(name, names)}{offer}");
}
