using System.Diagnostics;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Data.Storage.Migrations;
using AgentCraft.Data.Storage.Postgres;
using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Moves;

/// <summary>
/// Moves the store of a root between files and a database. The source is closed for good before the first row is read, and the target opens
/// after the last one was checked: at no moment can both be written to. What is cut off goes on when it is run again. See DESIGN.md.
/// </summary>
public sealed class StoreMove
{
    private readonly string _root;
    private readonly Settings _settings;
    private readonly string _to;
    private readonly TimeProvider _time;

    /// <param name="root">The root whose store it is.</param>
    /// <param name="settings">Its settings; <c>store</c> names the database, whichever way it goes.</param>
    /// <param name="to"><c>postgres</c> or <c>sqlite</c>.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> when no database is named</exception>
    public StoreMove(string root, Settings settings, string to, TimeProvider time)
    {
        (_root, _settings, _to, _time) = (Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)), settings, to, time);
        if (string.IsNullOrWhiteSpace(settings.Store))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"Nothing says which PostgreSQL database the store is to be moved {(to == "postgres" ? "to" : "from")}: the setting store is empty.",
                "Name it: --store \"Host=…;Username=…;Database=…\", with the password in PGPASSWORD or a .pgpass file.");
    }

    /// <summary>Told at the points at which a test cuts it off.</summary>
    internal Action<string>? At { get; set; }

    private bool ToPostgres => _to == "postgres";

    private Settings FileSettings => _settings with { Store = "" };

    /// <summary>What a move would do, and what stands in its way. Nothing is changed.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> when there is no store to move, and what makes a store impossible to open</exception>
    public Task<MovePlan> Plan() => Task.Run(() =>
    {
        using IMoveSource source = Source();
        using IMoveTarget target = Target();
        if (!source.HasStore)
            throw MoveErrors.NoStore(source.Shown);
        MoveNote? note = NoteFor(source, target);
        TargetState there = target.Look();
        List<PlannedTable> tables = [];
        foreach (MovePart part in note is { IsDone: true } ? [] : source.Parts())
        {
            using PartRows rows = source.Open(part);
            tables.AddRange(part.Tables.Select(table => new PlannedTable(part.Owner, table.Name, rows.Count(table))));
        }
        IReadOnlyList<string> users = note is null ? source.Users() : [];
        return new MovePlan
        {
            From = source.Shown, To = target.Shown, Tables = tables, Users = users, Aside = there.Aside, LeftBehind = note is { IsDone: true } ? [] : source.Strangers(),
            IsDone = note is { IsDone: true } && there.Id is null, IsBegun = note is not null,
            Obstacle = note is { IsDone: true } ? null : users.Count > 0 ? MoveErrors.InUse(source.Shown, users).Message
                : there.Id is { } id && id != note?.Id ? MoveErrors.Unfinished(target.Shown, there.From, _to).Message
                : there.Taken is { } taken ? MoveErrors.Taken(target.Shown, taken).Message : null,
        };
    });

    /// <summary>Moves it, or goes on with a move that was cut off.</summary>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops it; it goes on where it stopped when it is run again.</param>
    /// <exception cref="AgentCraftException">Many; each says what became of both stores and what to do.</exception>
    public async Task<MoveSummary> Run(Action<MoveProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        OwnedDirectory.Create(Path.GetDirectoryName(Paths.MoveLock)!);
        using FileLock held = FileLock.TryTake(Paths.MoveLock) ?? throw MoveErrors.Running(_root);
        MoveSummary summary = await Task.Run(() => Move(progress, cancellationToken), CancellationToken.None);
        summary = summary with { Setting = StoreSetting.Point(_root, ToPostgres ? _settings.Store : "", _time) };
        // Last: the old store is closed, and nobody must be without one because this cannot be noted.
        if (!summary.WasDone)
            await Tell(summary);
        return summary;
    }

    /// <summary>Gives the source back and takes away what was copied.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_transition</c> when the target is the store already</exception>
    public Task<CancelledMove> Cancel() => Task.Run(() =>
    {
        using FileLock held = FileLock.TryTake(Paths.MoveLock) ?? throw MoveErrors.Running(_root);
        using IMoveSource source = Source();
        using IMoveTarget target = Target();
        MoveNote? note = source.Note;
        if (note is { IsDone: true })
            throw MoveErrors.TooLate(source.Shown, note);
        if (note is not null && note.Other != target.Shown)
            throw MoveErrors.Elsewhere(source.Shown, note);
        string? left = note is null ? null : target.Shown;
        try
        {
            TargetState there = target.Look();
            if (there.Id is { } id && (note is not null ? id == note.Id : !there.IsComplete && there.From == source.Shown))
                target.Discard();
            else if (note is null)
                return new CancelledMove(false, null);
            left = null;
        }
        catch (Exception failure) when (note is not null && failure is AgentCraftException or Npgsql.NpgsqlException)
        {
            // A database that is gone must not keep its files closed: what is in it refuses everybody, and can be taken away later.
        }
        if (note is not null)
            source.Say(null);
        return new CancelledMove(true, left);
    });

    private StorePaths Paths => new(_root, FileSettings.OfStore());

    private MoveSummary Move(Action<MoveProgress>? progress, CancellationToken cancellationToken)
    {
        using IMoveSource source = Source();
        using IMoveTarget target = Target();
        if (!source.HasStore)
            throw MoveErrors.NoStore(source.Shown);
        MoveNote? before = NoteFor(source, target);
        TargetState there = target.Look();
        if (before is { IsDone: true } && there.Id != before.Id)
            return new() { From = source.Shown, To = target.Shown, WasDone = true };
        if (there.Id is { } id ? id != before?.Id : there.Taken is not null)
            throw there.Taken is { } taken ? MoveErrors.Taken(target.Shown, taken) : MoveErrors.Unfinished(target.Shown, there.From, _to);
        long start = Stopwatch.GetTimestamp();
        try
        {
            MoveNote note = before?.Resumed() ?? Begin(source, target);
            if (before is { IsDone: false })
                source.Close(note);
            At?.Invoke("closed");
            MoveSummary summary = new MoveRun(source, target, note, there, progress, At, cancellationToken).Finish();
            return summary with { Resumed = before is not null, Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds };
        }
        catch (Exception failure) when (Told(failure, source) is { } told)
        {
            throw told;
        }
    }

    /// <summary>The move of this source that has begun, or was done; null when there is none.</summary>
    /// <exception cref="AgentCraftException"><c>store_moved</c>, <c>store_busy</c> when it went, or goes, elsewhere</exception>
    private static MoveNote? NoteFor(IMoveSource source, IMoveTarget target)
    {
        MoveNote? note = source.Note;
        if (note is null || note.Other == target.Shown)
            return note;
        throw note.IsDone ? note.Refusal(source.Shown) : MoveErrors.Elsewhere(source.Shown, note);
    }

    /// <summary>Everything that can be in the way is looked at before the source is closed.</summary>
    private MoveNote Begin(IMoveSource source, IMoveTarget target)
    {
        if (source.Users() is { Count: > 0 } users)
            throw MoveErrors.InUse(source.Shown, users);
        BringForward();
        source.CheckReferences();
        MoveNote note = MoveNote.Begin(_to, target.Shown, _time.GetUtcNow());
        source.Close(note);
        return note;
    }

    /// <summary>As whatever opens a store does; the target gets the same migrations.</summary>
    private void BringForward()
    {
        Databases databases = new(_root, (ToPostgres ? FileSettings : _settings).OfStore(), _time);
        try
        {
            databases.Migrations.Run(new(), new(MigrationGoalKind.Up), MigrationMode.Careful).GetAwaiter().GetResult();
        }
        finally
        {
            databases.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>In our words, and with what it means for the store that was closed; null for a bug of ours, and what says all of that already.</summary>
    private AgentCraftException? Told(Exception failure, IMoveSource source)
    {
        bool isClosed = IsClosed(source);
        string next = !isClosed ? "Nothing was changed."
            : $"{source.Shown} stays closed, so that nothing is lost in between: run the same command again, which goes on where it stopped, or give the store back with agentcraft move --to {_to} --cancel.";
        return failure switch
        {
            OperationCanceledException => new(ErrorCodes.StoreUnavailable, "The move was interrupted.", next, retryable: true, failure),
            AgentCraftException known => isClosed ? new(known.Code, known.Message, $"{known.Hint} {next}", known.Retryable, known) : null,
            _ when new SqliteDialect(Paths.Central, new LeaseClock(_time)).Translate(failure) is AgentCraftException sqlite => new(sqlite.Code, sqlite.Message, next, sqlite.Retryable, failure),
            _ when PostgresErrors.Translate(failure, PostgresAddress.Parse(_settings.Store).Shown) is AgentCraftException postgres => new(postgres.Code, postgres.Message, next, postgres.Retryable, failure),
            Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation } twice => new(ErrorCodes.StoreDamaged,
                $"Two agents' files have a row of the same id, which one table cannot hold ({twice.ConstraintName}): one of the files may be a copy of the other.", $"Take the copy away from .agents. {next}", inner: failure),
            Npgsql.PostgresException refused => new(ErrorCodes.StoreUnavailable, $"PostgreSQL refuses it: {refused.MessageText}.", next, retryable: false, failure),
            IOException or UnauthorizedAccessException => new(ErrorCodes.StoreUnavailable, failure.Message, next, retryable: false, failure),
            _ => null,
        };
    }

    /// <summary>Where that cannot be asked, it is.</summary>
    private static bool IsClosed(IMoveSource source)
    {
        try
        {
            return source.Note is not null;
        }
        catch (Exception unknown) when (unknown is AgentCraftException or Npgsql.NpgsqlException or InvalidOperationException or IOException)
        {
            return true;
        }
    }

    private IMoveSource Source() => ToPostgres ? new FileSource(Files()) : new PostgresSource(Database());

    private IMoveTarget Target() => ToPostgres ? new PostgresTarget(Database(), _time) : new FileTarget(Files(), _time, At);

    private FileParts Files() => new(_root, FileSettings.OfStore(), Schemas("sqlite"));

    private PostgresParts Database() => new(PostgresAddress.Parse(_settings.Store), Schemas("postgres"), TimeSpan.FromMilliseconds(_settings.Sqlite.WriteTimeout));

    private AgentSchemas Schemas(string engine) => new(_root, engine) { Default = _settings.Agents.DefaultSchema, Map = _settings.Agents.Schemas };

    /// <summary>In the new store, for whoever wonders.</summary>
    private async Task Tell(MoveSummary summary)
    {
        await using Databases databases = new(_root, (ToPostgres ? _settings : FileSettings).OfStore(), _time);
        await databases.Central.Write(c =>
        {
            AuditLog.Append(c, AuditEntry.ByPerson("store_moved") with { Target = summary.To, Detail = $"{summary.Rows} rows of {summary.Tables} tables from {summary.From}" });
            return new Events.EventStore().Append(c, new("store_moved") { EntityType = "store", EntityId = _to, Data = $$"""{"rows":{{summary.Rows}},"tables":{{summary.Tables}}}""" });
        });
    }
}
