using System.Net.Sockets;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.FileSystems;

namespace AgentCraft.Data.Diagnosis;

/// <summary>What the doctor asks of the machine, apart from files of the store; tests answer in its place.</summary>
internal sealed record Surroundings
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(1);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Which SQLite is used, and which could be.</summary>
    public Func<string, (SqliteLibrary Used, IReadOnlyList<SqliteLibrary> Candidates)> Sqlite { get; init; } = setting => (SqliteLibrary.Use(setting), SqliteLibrary.Candidates());

    /// <summary>What a path is on.</summary>
    public Func<string, Mount?> FileSystemOf { get; init; } = FileSystem.Of;

    /// <summary>How many bytes a directory's disk has left for this user; null when that cannot be told.</summary>
    public Func<string, long?> FreeBytes { get; init; } = Free;

    /// <summary>The processes.</summary>
    public ProcessTable Processes { get; init; } = new();

    /// <summary>The directory of the person who asks.</summary>
    public string Home { get; init; } = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>An environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Somebody accepts a connection there.</summary>
    public Func<Uri, Task<bool>> Answers { get; init; } = Connects;

    private static long? Free(string directory)
    {
        for (string? at = directory; at is not null; at = Path.GetDirectoryName(at))
            if (Directory.Exists(at))
                try
                {
                    return new DriveInfo(at).AvailableFreeSpace;
                }
                catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
                {
                    return null;
                }
        return null;
    }

    private static async Task<bool> Connects(Uri url)
    {
        using TcpClient client = new();
        using CancellationTokenSource limit = new(ConnectLimit);
        try
        {
            await client.ConnectAsync(url.Host, url.Port, limit.Token);
            return true;
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ArgumentException)
        {
            return false;
        }
    }
}
