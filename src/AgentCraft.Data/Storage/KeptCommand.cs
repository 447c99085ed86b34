using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Dapper;

namespace AgentCraft.Data.Storage;

/// <summary>A prepared command that stays with its connection; parameters are set again for each use.</summary>
internal sealed class KeptCommand : IDisposable
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();

    private readonly DbCommand _command;
    private readonly Dialect _dialect;
    private Type? _parametersType;
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
        PropertyInfo[] properties = Properties.GetOrAdd(parameters.GetType(), type => type.GetProperties());
        if (_parametersType != parameters.GetType())
            AddParameters(properties);
        _parametersType = parameters.GetType();
        for (int i = 0; i < properties.Length; i++)
            _command.Parameters[i].Value = ToStored(properties[i].GetValue(parameters));
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
    private void AddParameters(PropertyInfo[] properties)
    {
        _command.Parameters.Clear();
        foreach (PropertyInfo property in properties)
        {
            DbParameter parameter = _command.CreateParameter();
            parameter.ParameterName = "@" + property.Name;
            _dialect.SetType(parameter, property.PropertyType);
            _command.Parameters.Add(parameter);
        }
    }

    private static object ToStored(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset time => Times.ToText(time),
        Enum name => SnakeCase.Of(name),
        bool flag => flag ? 1 : 0,
        JsonElement json => json.GetRawText(),
        string[] list => JsonSerializer.Serialize(list, DataJson.Default.StringArray),
        _ => value,
    };
}
