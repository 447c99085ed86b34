using System.CommandLine;
using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Server.Cli;

/// <summary>The root: the directory whose agents share a store.</summary>
internal static class Roots
{
    /// <summary>The setting <c>store</c> as an environment variable.</summary>
    public const string StoreVariable = "AGENTCRAFT__STORE";

    private const string Variable = "AGENTCRAFT_ROOT";

    /// <summary><c>--root</c>, the same on every command.</summary>
    public static Option<string?> Option { get; } =
        new("--root") { Description = $"The project's directory. Default: {Variable}, else the working directory.", HelpName = "dir" };

    /// <summary>What the command line, the environment or the working directory says.</summary>
    public static string Of(ParseResult result) => Of(result.GetValue(Option));

    /// <inheritdoc cref="Of(ParseResult)"/>
    public static string Of(string? given) =>
        Path.GetFullPath(given ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } root ? root : Environment.CurrentDirectory));

    /// <summary>The stores of a root that exists, by its settings; <paramref name="store"/> goes before the one of the same name.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_configuration</c></exception>
    public static Stores OpenStores(string root, ILoggerFactory? logs = null, string? store = null)
    {
        Settings settings = LoadSettings(root);
        return new(root, store is null ? settings : settings with { Store = store }, TimeProvider.System, logs);
    }

    /// <summary>The settings of a root that exists.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_configuration</c></exception>
    public static Settings LoadSettings(string root) => Directory.Exists(root) ? SettingsFile.Load(root)
        : throw new AgentCraftException(ErrorCodes.NotFound, $"The root {root} does not exist.", "Create the directory, or name another with --root.");
}
