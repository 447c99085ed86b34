using System.Text.Json;

namespace AgentCraft.Benchmarks;

/// <summary>Programs from npm, in the versions that peers/package.json names, each in a folder of its own: one that fails leaves the others.</summary>
internal static class Npm
{
    private const string NativePart = "better-sqlite3";

    /// <summary>Installs it unless it is there; null when it can be used, else why not.</summary>
    /// <param name="package">Its name.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="script">What must be there afterwards, relative to the package.</param>
    /// <param name="hasNativePart">It needs a part that is compiled here, since prebuilt ones are on a host of their own.</param>
    public static async Task<string?> Install(string package, string folder, string script, bool hasNativePart = false)
    {
        if (await Programs.Run(".", "node", "--version") is { } missing)
            return missing;
        string version = VersionOf(package);
        if (!File.Exists(Path.Combine(folder, "node_modules", package, script)))
        {
            Console.WriteLine($"Installing {package} {version} to {Path.GetRelativePath(Bench.Repository, folder)} …");
            Directory.CreateDirectory(folder);
            string[] scripts = hasNativePart ? ["--ignore-scripts"] : [];
            if (await Programs.Run(folder, "npm", ["i", "--prefix", folder, "--no-audit", "--no-fund", .. scripts, $"{package}@{version}"]) is { } failure)
                return failure;
        }
        return hasNativePart ? await Compile(folder) : null;
    }

    /// <summary>The version that is measured.</summary>
    public static string VersionOf(string package)
    {
        using FileStream file = File.OpenRead(Path.Combine(Bench.Repository, "tests", "AgentCraft.Benchmarks", "peers", "package.json"));
        using var read = JsonDocument.Parse(file);
        return read.RootElement.GetProperty("dependencies").GetProperty(package).GetString()!;
    }

    private static async Task<string?> Compile(string folder)
    {
        foreach (string native in Directory.EnumerateDirectories(folder, NativePart, SearchOption.AllDirectories)
            .Where(found => File.Exists(Path.Combine(found, "binding.gyp")) && !File.Exists(Path.Combine(found, "build", "Release", "better_sqlite3.node"))).ToList())
        {
            Console.WriteLine($"Compiling {Path.GetRelativePath(Bench.Repository, native)} …");
            // Where Node was installed with its headers, nothing has to be fetched for it.
            const string build = """
                prefix=$(dirname "$(dirname "$(node -p process.execPath)")")
                [ ! -f "$prefix/include/node/node_api.h" ] || export npm_config_nodedir=$prefix
                npm run build-release
                """;
            if (await Programs.Run(native, "bash", "-ec", build) is { } failure)
                return failure;
        }
        return null;
    }
}
