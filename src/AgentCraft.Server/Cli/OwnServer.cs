using AgentCraft.Data;
using AgentCraft.Data.Configuration;

namespace AgentCraft.Server.Cli;

/// <summary>How a client in an instance's workspace starts our server: for the root, which is not the directory that the client is in.</summary>
internal static class OwnServer
{
    public static ConfiguredMcpServer Of(Stores stores) => new()
    {
        Command = ClientConfigurations.Command,
        Args = [.. ClientConfigurations.Arguments, "serve", "--stdio", "--root", stores.Databases.Root],
        // The address of a database is not in the project's files where the environment gives it; written out it could hold a password.
        Env = string.IsNullOrWhiteSpace(stores.Settings.Store) || Environment.GetEnvironmentVariable(Roots.StoreVariable) is not { Length: > 0 }
            ? new Dictionary<string, string>() : new Dictionary<string, string> { [Roots.StoreVariable] = $"${{{Roots.StoreVariable}}}" },
    };
}
