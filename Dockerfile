# The HTTP server for a team. It keeps everything in the volume /project, and refuses to start before there is a token:
#   docker build -t agentcraft .
#   docker run --rm -v agentcraft:/project agentcraft token create --agent reviewer --scope agent
#   docker run -d --name agentcraft -p 7717:7717 -v agentcraft:/project agentcraft
ARG DOTNET=10.0

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET} AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY configs configs
COPY schemas schemas
COPY src src
RUN dotnet publish src/AgentCraft.Server -c Release -o /app && mkdir /project

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET}
# What hand-overs are filled from, and a newer SQLite than the one that the program brings.
RUN apt-get update && apt-get install -y --no-install-recommends git libsqlite3-0 && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
# The user app of the base image; a number, so that who runs the container can see that it is not root.
COPY --from=build --chown=1654:1654 /project /project
ENV PATH=/app:$PATH \
    AGENTCRAFT_ROOT=/project \
    AGENTCRAFT__HTTP__URL=http://0.0.0.0:7717
USER 1654:1654
WORKDIR /project
VOLUME /project
EXPOSE 7717
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["agentcraft", "health"]
ENTRYPOINT ["agentcraft"]
CMD ["serve", "--http"]
