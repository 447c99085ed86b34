using System.CommandLine;
using System.CommandLine.Parsing;
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

    /// <summary><c>--store</c>, the same on every command that opens one.</summary>
    public static Option<string?> StoreOption { get; } =
        new("--store") { Description = "A PostgreSQL database instead of files below the root. Default: the setting store.", HelpName = "connection string" };

    /// <summary><c>--setting name=value</c>, for commands that use the store.</summary>
    public static Option<string[]> SettingOption { get; } = MakeSettingOption();

    private static Option<string[]> MakeSettingOption()
    {
        Option<string[]> option = new("--setting") { Description = "A setting for this run, as in --setting performance.queryTimeout=2000; may be repeated.", HelpName = "name=value" };
        option.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens.Where(token => token.Value.IndexOf('=') <= 0))
                result.AddError($"--setting needs a name, '=' and a value, not '{Text.Shown(token.Value)}'.");
        });
        return option;
    }

    /// <summary>What <c>--store</c> and <c>--setting</c> say.</summary>
    public static StoreOptions StoreOptionsOf(ParseResult result, string? project = null) => new(result.GetValue(StoreOption), project, SettingsOf(result));

    /// <summary>What <c>--setting</c> says.</summary>
    public static IReadOnlyDictionary<string, string> SettingsOf(ParseResult result) =>
        (result.GetValue(SettingOption) ?? []).Select(pair => pair.Split('=', 2)).GroupBy(pair => pair[0], StringComparer.OrdinalIgnoreCase).ToDictionary(pair => pair.Key, pair => pair.Last()[1], StringComparer.OrdinalIgnoreCase);

    /// <summary>What the command line, the environment or the working directory says.</summary>
    public static string Of(ParseResult result) => Of(result.GetValue(Option));

    /// <inheritdoc cref="Of(ParseResult)"/>
    public static string Of(string? given) =>
        Path.GetFullPath(given ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } root ? root : Environment.CurrentDirectory));

    /// <summary>The same, which must exist.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public static string ExistingOf(ParseResult result) => Of(result) is var root && Directory.Exists(root) ? root : throw Missing(root);

    /// <summary>The stores of a root that exists, by its settings and <paramref name="options"/>.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_configuration</c></exception>
    public static Stores OpenStores(string root, StoreOptions options, ILoggerFactory? logs = null)
    {
        Dictionary<string, string> given = new(options.Settings ?? new Dictionary<string, string>());
        if (options.Store is { } store)
            given["store"] = store;
        return new(root, LoadSettings(root, options.Project, given), TimeProvider.System, logs);
    }

    /// <summary>The stores that a command's <c>--root</c> and <c>--store</c> name.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_configuration</c></exception>
    public static Stores OpenStores(ParseResult result) => OpenStores(Of(result), StoreOptionsOf(result));

    /// <summary>The settings of a root that exists.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_configuration</c></exception>
    public static Settings LoadSettings(string root, string? project = null, IReadOnlyDictionary<string, string>? given = null) => Directory.Exists(root) ? SettingsFile.Load(root, project, given)
        : throw Missing(root);

    private static AgentCraftException Missing(string root) => new(ErrorCodes.NotFound, $"The root {root} does not exist.", "Create the directory, or name another with --root.");
}

/// <summary>What the command line says of the store; the settings say the rest.</summary>
/// <param name="Store">As <c>--store</c> has it; null leaves it to the setting, empty means files whatever that is.</param>
/// <param name="Project">As <c>--project</c> has it; null leaves it to the setting.</param>
/// <param name="Settings">As <c>--setting</c> has them, by name; they go before file and environment.</param>
internal sealed record StoreOptions(string? Store = null, string? Project = null, IReadOnlyDictionary<string, string>? Settings = null);
