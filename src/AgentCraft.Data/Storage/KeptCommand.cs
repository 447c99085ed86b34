using System.Data.Common;
using Dapper;

namespace AgentCraft.Data.Storage;

/// <summary>A prepared command that stays with its connection; parameters are set again for each use.</summary>
internal sealed class KeptCommand : IDisposable
{
    private readonly DbCommand _command;
    private readonly Dialect _dialect;
    private Type? _parametersType;
    private ParameterReader[] _parameters = [];
    private Type? _rowType;
    private Delegate? _rowParser;

    static KeptCommand() => TypeHandlers.Register();

    public KeptCommand(DbConnection connection, Dialect dialect, string sql)
    {
        _dialect = dialect;
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        Writes = !sql.AsSpan().TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The command, with the parameters that it was given last.</summary>
    public DbCommand Inner => _command;

    /// <summary>It may be more than a query.</summary>
    public bool Writes { get; }

    /// <summary>Sets each property of <paramref name="parameters"/> as <c>@Name</c>.</summary>
    public DbCommand Bind(object? parameters)
    {
        if (parameters is null)
            return _command;
        if (_parametersType != parameters.GetType())
            AddParameters(_parameters = ParameterReader.Of(_parametersType = parameters.GetType()));
        for (int i = 0; i < _parameters.Length; i++)
            _command.Parameters[i].Value = _parameters[i].Read(parameters);
        return _command;
    }

    /// <summary>Dapper's parser for this command's rows, looked up once.</summary>
    public Func<DbDataReader, T> RowParser<T>(DbDataReader reader)
    {
        if (_rowType != typeof(T))
            (_rowType, _rowParser) = (typeof(T), typeof(T) == typeof(bool) ? (Func<DbDataReader, bool>)Truth : IsScalar(typeof(T)) ? FirstColumn<T> : reader.GetRowParser<T>());
        return (Func<DbDataReader, T>)_rowParser!;
    }

    public void Dispose() => _command.Dispose();

    private static bool IsScalar(Type type) => type == typeof(string) || (Nullable.GetUnderlyingType(type) ?? type).IsPrimitive;

    private static T FirstColumn<T>(DbDataReader reader) => reader.IsDBNull(0) ? default! : reader.GetFieldValue<T>(0);

    /// <summary>What is 0 or 1 in every column of ours; of an expression only SQLite makes that, too.</summary>
    private static bool Truth(DbDataReader reader) =>
        !reader.IsDBNull(0) && (reader.GetFieldType(0) == typeof(bool) ? reader.GetBoolean(0) : reader.GetInt64(0) != 0);

    /// <summary>Two callers may share a text and name its parameters in different orders, so their places are of one type only.</summary>
    private void AddParameters(ParameterReader[] readers)
    {
        _command.Parameters.Clear();
        foreach (ParameterReader reader in readers)
        {
            DbParameter parameter = _command.CreateParameter();
            parameter.ParameterName = "@" + reader.Name;
            _dialect.SetType(parameter, reader.Type);
            _command.Parameters.Add(parameter);
        }
    }
}
