using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace AgentCraft.Data.Storage;

/// <summary>
/// Which native SQLite this process uses. Packages bring one (bundled), the operating system often another (system); the choice is made
/// once, before the first connection, by resolving the provider's import to the chosen file.
/// </summary>
public sealed record SqliteLibrary
{
    private static readonly object Choosing = new();
    private static SqliteLibrary? _chosen;

    /// <summary><c>bundled</c>, <c>system</c> or <c>path</c>: where it was found.</summary>
    public required string Source { get; init; }

    /// <summary>The file or library name that was loaded.</summary>
    public required string Path { get; init; }

    /// <summary>For example 3.40.1.</summary>
    public required Version Version { get; init; }

    /// <summary>Full-text search is built in (FTS5).</summary>
    public required bool HasFullTextSearch { get; init; }

    /// <summary>The JSON functions are built in.</summary>
    public required bool HasJson { get; init; }

    /// <summary>
    /// Versions 3.7.0 to 3.51.2 can corrupt a database when a checkpoint in one connection races a commit in another
    /// (sqlite.org/wal.html, "The WAL-reset bug"). The write gate keeps the two apart, so that we are safe with any version.
    /// </summary>
    public bool HasWalResetBug => Version >= new Version(3, 7, 0) && Version <= new Version(3, 51, 2);

    internal bool Usable => HasFullTextSearch && HasJson;

    internal nint Handle { get; init; }

    /// <summary>The library in use; chosen now if none was yet.</summary>
    /// <param name="setting"><c>bundled</c>, <c>system</c>, a file's path, or null for the newer usable one of bundled and system.</param>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> when the named one cannot be loaded or lacks FTS5 or JSON.</exception>
    public static SqliteLibrary Use(string? setting)
    {
        lock (Choosing)
            return _chosen ??= Install(Choose(setting));
    }

    /// <summary>All libraries that could be used here, for <c>doctor</c>.</summary>
    public static IReadOnlyList<SqliteLibrary> Candidates() => [.. new[] { Bundled(), System() }.OfType<SqliteLibrary>()];

    private static SqliteLibrary Choose(string? setting) => setting switch
    {
        null or "" or "auto" => Candidates().Where(c => c.Usable).MaxBy(c => c.Version) ?? throw Unusable("any SQLite library"),
        "bundled" => Require(Bundled(), "the bundled SQLite library"),
        "system" => Require(System(), "the system's SQLite library"),
        _ => Require(Probe("path", [setting]), $"the SQLite library '{setting}'"),
    };

    private static SqliteLibrary Require(SqliteLibrary? library, string what) => library is { Usable: true } ? library : throw Unusable(what);

    private static AgentCraftException Unusable(string what) =>
        new(ErrorCodes.InvalidConfiguration, $"Cannot use {what}: it cannot be loaded, or lacks FTS5 or JSON.",
            "Set sqlite.library to bundled, system or a file's path in .agentcraft/config.json, then run: agentcraft doctor");

    private static SqliteLibrary Install(SqliteLibrary library)
    {
        Assembly provider = typeof(SQLite3Provider_e_sqlite3).Assembly;
        NativeLibrary.SetDllImportResolver(provider, (name, _, _) => name == "e_sqlite3" ? library.Handle : 0);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return library;
    }

    private static SqliteLibrary? System() => Probe("system",
        OperatingSystem.IsWindows() ? ["winsqlite3.dll"]
        : OperatingSystem.IsMacOS() ? ["/usr/lib/libsqlite3.dylib", "libsqlite3.dylib"]
        : ["libsqlite3.so.0", "libsqlite3.so"]);

    private static SqliteLibrary? Bundled()
    {
        string file = OperatingSystem.IsWindows() ? "e_sqlite3.dll" : OperatingSystem.IsMacOS() ? "libe_sqlite3.dylib" : "libe_sqlite3.so";
        string rid = $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-"
            + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return Probe("bundled",
        [
            global::System.IO.Path.Combine(AppContext.BaseDirectory, file),
            global::System.IO.Path.Combine(AppContext.BaseDirectory, "runtimes", rid, "native", file),
            .. NativeFolders().Select(folder => global::System.IO.Path.Combine(folder, file)),
        ]);
    }

    /// <summary>Where the runtime looks: a program that is one file has its libraries elsewhere, and musl's have a folder of their own.</summary>
    private static string[] NativeFolders() => (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
        .Split(global::System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static SqliteLibrary? Probe(string source, string[] paths)
    {
        foreach (string path in paths)
            if (NativeLibrary.TryLoad(path, out nint handle) && NativeLibrary.TryGetExport(handle, "sqlite3_libversion", out nint version))
                return Describe(source, path, handle, version);
        return null;
    }

    private static unsafe SqliteLibrary Describe(string source, string path, nint handle, nint version)
    {
        string number = Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint>)version)())!;
        var parsed = Version.Parse(number);
        return new()
        {
            Source = source,
            Path = path,
            Handle = handle,
            Version = parsed,
            HasFullTextSearch = HasOption(handle, "ENABLE_FTS5"u8),
            // JSON is built in since 3.38 unless left out; before, it was an option.
            HasJson = parsed >= new Version(3, 38) ? !HasOption(handle, "OMIT_JSON"u8) : HasOption(handle, "ENABLE_JSON1"u8),
        };
    }

    private static unsafe bool HasOption(nint handle, ReadOnlySpan<byte> option)
    {
        if (!NativeLibrary.TryGetExport(handle, "sqlite3_compileoption_used", out nint used))
            return false;
        fixed (byte* name = option)
            return ((delegate* unmanaged[Cdecl]<byte*, int>)used)(name) != 0;
    }
}
