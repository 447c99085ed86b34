using System.ComponentModel;
using System.Diagnostics;

namespace AgentCraft.Benchmarks;

/// <summary>Programs that are run to their end, and what the system says of those that run.</summary>
internal static class Programs
{
    private const int TicksPerSecond = 100;

    /// <summary>Runs it; null when it succeeded, else why not.</summary>
    public static async Task<string?> Run(string directory, string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = directory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            process.StandardInput.Close();
            string[] output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? null : $"{program} {string.Join(' ', arguments)} ended with code {process.ExitCode}:\n{string.Concat(output).Trim()}";
        }
        catch (Win32Exception)
        {
            return $"{program} is not installed";
        }
    }

    /// <summary>What the process holds in memory now, in MB.</summary>
    public static double ResidentMegabytes(int pid)
    {
        string line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024 / 1e6;
    }

    /// <summary>The processor time that it has used, in seconds.</summary>
    public static double ProcessorSeconds(int pid)
    {
        // After the name in parentheses, which may hold anything, utime and stime are the 12th and 13th field.
        string stat = File.ReadAllText($"/proc/{pid}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11]) + double.Parse(fields[12])) / TicksPerSecond;
    }
}
