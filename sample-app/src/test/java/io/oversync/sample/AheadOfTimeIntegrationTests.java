/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

import io.oversync.test.TestPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplicationAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample, processed ahead of time and started from the result: as for a native image,
 * on the JVM. Processing needs no database.
 */
@Tag("prove")
class AheadOfTimeIntegrationTests {

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

	private static final String CHANGE = """
			{"changes":[{"source_change_id":1,"schema":"business","table":"users","op":"INSERT",
			"pk":"550e8400-e29b-41d4-a716-446655440000","server_version":0,"payload":{"name":"Ann","email":"a"}}]}""";

	private final HttpClient http = HttpClient.newHttpClient();

	@TempDir
	private Path directory;

	@Test
	void answersAnUpload() throws Exception {
		process();
		compile();
		Process server = start(TestPostgres.createDatabase());
		try {
			String url = "http://localhost:" + awaitPort(server);
			Matcher token = TOKEN
				.matcher(post(url + "/dummy-signin", "{\"user\":\"ann\",\"password\":\"x\",\"device\":\"phone\"}"));
			assertThat(token.find()).isTrue();
			assertThat(post(url + "/sync/upload", CHANGE, "Authorization", "Bearer " + token.group(1)))
				.contains("\"status\":\"applied\",\"new_server_version\":1");
			assertThat(post(url + "/demo/session", "{}", "X-Oversync-Demo", "test")).contains("\"user\":\"demo-");
		}
		finally {
			server.destroyForcibly().waitFor();
		}
		assertThat(log()).contains("Starting AOT-processed SampleApplication").contains("Oversync: 10 tables");
	}

	private void process() throws Exception {
		run("process.log", SpringApplicationAotProcessor.class.getName(), SampleApplication.class.getName(),
				path("sources"), path("resources"), path("classes"), "io.oversync", "sample-app",
				"--spring.datasource.url=jdbc:postgresql://localhost:1/nowhere", "--sample.demo.enabled=true");
	}

	private void compile() throws IOException {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn", "-parameters", "-d", path("classes"),
				"-cp", path("classes") + System.getProperty("path.separator") + classPath()));
		try (Stream<Path> sources = Files.walk(this.directory.resolve("sources"))) {
			sources.map(Path::toString).filter((name) -> name.endsWith(".java")).forEach(arguments::add);
		}
		assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new))).as("compiler").isZero();
	}

	private Process start(String database) throws IOException {
		return launch("server.log",
				String.join(System.getProperty("path.separator"), path("classes"), path("resources"), classPath()),
				"-Dspring.aot.enabled=true", SampleApplication.class.getName(), "--server.port=0",
				"--spring.datasource.url=" + database, "--sample.demo.enabled=true",
				"--sample.demo.directory=" + path("demo"));
	}

	private void run(String log, String... arguments) throws Exception {
		Process process = launch(log, classPath(), arguments);
		try {
			assertThat(process.waitFor()).as(() -> read(log)).isZero();
		}
		finally {
			process.destroyForcibly();
		}
	}

	private Process launch(String log, String classPath, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-cp", classPath));
		command.addAll(List.of(arguments));
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(this.directory.resolve(log).toFile())
			.start();
	}

	private String awaitPort(Process server) {
		Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> !server.isAlive() || PORT.matcher(log()).find());
		Matcher port = PORT.matcher(log());
		assertThat(port.find()).as(log()).isTrue();
		return port.group(1);
	}

	private String post(String url, String body, String... headers) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return this.http.send(request.build(), BodyHandlers.ofString()).body();
	}

	private String log() {
		return read("server.log");
	}

	private String read(String log) {
		try {
			return Files.readString(this.directory.resolve(log));
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private String path(String name) throws IOException {
		return Files.createDirectories(this.directory.resolve(name)).toString();
	}

	private static String classPath() {
		return System.getProperty("java.class.path");
	}

}
