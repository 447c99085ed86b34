namespace AgentCraft.Data;

/// <summary>The codes of <see cref="AgentCraftException"/>. They are part of the interface: add, never rename.</summary>
public static class ErrorCodes
{
    /// <summary>A named agent, session, message, hand-over … does not exist.</summary>
    public const string NotFound = "not_found";
    /// <summary>An argument is missing, has the wrong type or breaks a rule of its own.</summary>
    public const string InvalidArgument = "invalid_argument";
    /// <summary>A name that breaks the rule for names.</summary>
    public const string InvalidName = "invalid_name";
    /// <summary>Text that no engine can keep, such as one with a NUL character.</summary>
    public const string InvalidText = "invalid_text";
    /// <summary>A cursor that this server did not make, or that belongs to another list.</summary>
    public const string InvalidCursor = "invalid_cursor";
    /// <summary>A cursor of a store that has been replaced since, by a restore for instance.</summary>
    public const string CursorExpired = "cursor_expired";
    /// <summary>Content over the size limit.</summary>
    public const string PayloadTooLarge = "payload_too_large";
    /// <summary>The idempotency key was used before with other arguments.</summary>
    public const string IdempotencyConflict = "idempotency_conflict";
    /// <summary>Another version than the expected one is the newest.</summary>
    public const string VersionConflict = "version_conflict";
    /// <summary>The caller is not the one who may do this.</summary>
    public const string NotAllowed = "not_allowed";
    /// <summary>The caller's token allows less than that.</summary>
    public const string InsufficientScope = "insufficient_scope";
    /// <summary>The caller has as much open or has asked as often as one may; the message names the setting.</summary>
    public const string LimitReached = "limit_reached";
    /// <summary>What destroys or administers needs an explicit <c>confirm</c>.</summary>
    public const string ConfirmationRequired = "confirmation_required";
    /// <summary>The tool belongs to a toolset that is not switched on.</summary>
    public const string ToolsetOff = "toolset_off";
    /// <summary>The tool writes, and the server offers only those that read, or the store can only be read.</summary>
    public const string ReadOnly = "read_only";
    /// <summary>The name is taken.</summary>
    public const string AlreadyExists = "already_exists";
    /// <summary>A state machine has no such step; the hint names the allowed ones.</summary>
    public const string InvalidTransition = "invalid_transition";
    /// <summary>A document breaks the rules that it must keep to be published.</summary>
    public const string ValidationFailed = "validation_failed";
    /// <summary>Another agent holds the task, or a claim on the paths.</summary>
    public const string AlreadyClaimed = "already_claimed";
    /// <summary>A glob that cannot be read, or that leads out of the root.</summary>
    public const string InvalidPattern = "invalid_pattern";
    /// <summary>Globs that would take too long to compare.</summary>
    public const string PatternTooComplex = "pattern_too_complex";
    /// <summary>A key or token was about to be stored in clear.</summary>
    public const string SecretRefused = "secret_refused";
    /// <summary>Another process holds the store; nothing was written.</summary>
    public const string StoreBusy = "store_busy";
    /// <summary>A read took longer than the settings allow and was interrupted.</summary>
    public const string QueryTimeout = "query_timeout";
    /// <summary>The connection broke during a commit: it is not known whether the rows are stored.</summary>
    public const string OutcomeUnknown = "outcome_unknown";
    /// <summary>The disk is full; nothing was written.</summary>
    public const string DiskFull = "disk_full";
    /// <summary>The store cannot be opened or read.</summary>
    public const string StoreUnavailable = "store_unavailable";
    /// <summary>A file of the store is not what it was: damaged, cut off, or with the log of another. It was left as it is.</summary>
    public const string StoreDamaged = "store_damaged";
    /// <summary>The store was moved to another engine: the message says where it is, and nothing is read or written here.</summary>
    public const string StoreMoved = "store_moved";
    /// <summary>The file was made by a newer version of the program.</summary>
    public const string StoreTooNew = "store_too_new";
    /// <summary>A migration on disk differs from the one that was applied.</summary>
    public const string MigrationMismatch = "migration_mismatch";
    /// <summary>The engine that keeps this store has its own way of doing that.</summary>
    public const string NotSupported = "not_supported";
    /// <summary>A backup is damaged; nothing was changed.</summary>
    public const string BackupDamaged = "backup_damaged";
    /// <summary>A migration would be taken back that has made what holds data.</summary>
    public const string WouldLoseData = "would_lose_data";
    /// <summary>A setting has a value that cannot be used.</summary>
    public const string InvalidConfiguration = "invalid_configuration";
    /// <summary>The address to listen on is taken, or may not be used.</summary>
    public const string AddressUnavailable = "address_unavailable";
    /// <summary>The server is stopping.</summary>
    public const string Stopping = "stopping";
}
