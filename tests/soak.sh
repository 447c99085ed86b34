#!/usr/bin/env bash
# The soak: seventy agents, fifty over HTTP and twenty with processes of their own, write, wait and hand over while clients are killed, for
# so many seconds (half an hour) on each engine there is. AGENTCRAFT_TEST_POSTGRES names a PostgreSQL server.
set -euo pipefail
cd "$(dirname "$0")/.."
AGENTCRAFT_TEST_SOAK=${1:-1800} dotnet test tests/AgentCraft.Server.Tests -c Release --filter FullyQualifiedName~SoakTests --logger 'console;verbosity=detailed'
