using System.Text.Json;
using System.Text.Json.Serialization;
using AgentCraft.Data.Storage.Backups;

namespace AgentCraft.Data.Moves;

/// <summary>
/// What is written down in a store that is being moved away, before the first row is read, and stays there for good: whoever opens the store
/// sees it and is refused. Of files it lies beside the central one; in a database it is in the journal.
/// </summary>
internal sealed record MoveNote
{
    /// <summary>Which move: its target has the same.</summary>
    public string Id { get; init; } = "";
    /// <summary>The rows are all there, checked, and the target is the store from now on.</summary>
    public bool IsDone { get; init; }
    /// <summary><c>postgres</c> or <c>sqlite</c>.</summary>
    public string To { get; init; } = "";
    /// <summary>How a person knows the target; never how to get in.</summary>
    public string Other { get; init; } = "";
    /// <summary>When it began, or was done.</summary>
    public string At { get; init; } = "";
    /// <summary>Who moves it.</summary>
    public int Pid { get; init; }
    /// <summary>Where that process is.</summary>
    public string Machine { get; init; } = "";

    /// <summary>Of files that are being filled: by which move; <see cref="From"/> which store.</summary>
    public string? FilledBy { get; init; }
    /// <inheritdoc cref="FilledBy"/>
    public string? From { get; init; }

    /// <summary>A move that begins now.</summary>
    public static MoveNote Begin(string to, string other, DateTimeOffset now) => new()
    {
        Id = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8)), To = to, Other = other, At = Times.ToText(now),
        Pid = Environment.ProcessId, Machine = Environment.MachineName,
    };

    /// <summary>The same by this process, which goes on with it.</summary>
    public MoveNote Resumed() => this with { Pid = Environment.ProcessId, Machine = Environment.MachineName };

    /// <summary>The refusal of whoever opens the store.</summary>
    public AgentCraftException Refusal(string store) => FilledBy is not null ? MoveErrors.Filling(store, From ?? "another store") : IsDone ? MoveErrors.Moved(store, this) : MoveErrors.Moving(store, this);

    public string ToJson() => JsonSerializer.Serialize(this, MoveJson.Default.MoveNote);

    public static MoveNote Parse(string json) => JsonSerializer.Deserialize(json, MoveJson.Default.MoveNote)!;

    /// <summary>Of files; null when they were not moved.</summary>
    public static MoveNote? Of(StorePaths paths)
    {
        try
        {
            return File.Exists(paths.MoveNote) ? Parse(File.ReadAllText(paths.MoveNote)) : null;
        }
        catch (JsonException broken)
        {
            throw new AgentCraftException(ErrorCodes.StoreDamaged, $"{paths.MoveNote}, which says where this store was moved to, cannot be read: {broken.Message}",
                "Nothing was changed. If the files are this project's store, delete it.", inner: broken);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>On disk, and valid from now on.</summary>
    public void Write(StorePaths paths) => DiskSync.Write(paths.MoveNote, System.Text.Encoding.UTF8.GetBytes(ToJson()));

    /// <summary>The files are the store again.</summary>
    public static void Remove(StorePaths paths)
    {
        File.Delete(paths.MoveNote);
        DiskSync.Folder(Path.GetDirectoryName(paths.MoveNote)!);
    }
}

[JsonSerializable(typeof(MoveNote))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class MoveJson : JsonSerializerContext;
