using AgentCraft.Data;
using AgentCraft.Data.Configuration;

namespace AgentCraft.Server.Cli;

/// <summary>
/// How a client in an instance's workspace starts our server: for the root, which is not the directory that the client is in, and on the same
/// store, or its agent would talk to nobody.
/// </summary>
internal static class OwnServer
{
    private static readonly string[] SignsOfPassword = ["password", "passwd", "pwd", "@"];

    public static ConfiguredMcpServer Of(Stores stores)
    {
        ConfiguredMcpServer server = new()
        {
            Command = ClientConfigurations.Command,
            Args = [.. ClientConfigurations.Arguments, "serve", "--stdio", "--root", stores.Databases.Root],
        };
        string store = stores.Settings.Store;
        bool isGiven = store != SettingsFile.Load(stores.Databases.Root).Store;
        // What could hold a password is named, never written.
        return string.IsNullOrWhiteSpace(store) ? server
            : isGiven && !SignsOfPassword.Any(sign => store.Contains(sign, StringComparison.OrdinalIgnoreCase)) ? server with { Args = [.. server.Args, "--store", store] }
            : isGiven || Environment.GetEnvironmentVariable(Roots.StoreVariable) is { Length: > 0 }
                ? server with { Env = new Dictionary<string, string> { [Roots.StoreVariable] = $"${{{Roots.StoreVariable}}}" } }
            : server;
    }
}
