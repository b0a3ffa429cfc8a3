/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.starter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two builds of the published modules, from copies of the sources in different folders,
 * have equal bytes. They run offline, with the plugins of the current build.
 */
@Tag("prove")
class ReproducibleBuildTests {

	private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

	private static final List<String> PUBLISHED = List.of("oversync-core", "oversync-spring-boot-autoconfigure",
			"oversync-spring-boot-starter", "oversync-spring-boot-console", "oversync-sqlite-client");

	/** Built or local files, which are no sources. */
	private static final Set<String> NO_SOURCES = Set.of(".git", "target", "data");

	@Test
	void twoBuildsHaveTheSameBytes(@TempDir Path first, @TempDir Path second) throws Exception {
		build(first);
		build(second);
		for (String module : PUBLISHED) {
			List<Path> jars = jars(first.resolve(module));
			assertThat(jars).as("jars of " + module).hasSize(1);
			Path again = second.resolve(first.relativize(jars.get(0)));
			assertThat(Files.mismatch(jars.get(0), again)).as("first byte that differs in %s", again).isEqualTo(-1);
		}
	}

	private static void build(Path folder) throws IOException, InterruptedException {
		copySources(folder);
		Path log = folder.resolve("build.log");
		boolean windows = System.getProperty("os.name").startsWith("Windows");
		ProcessBuilder build = new ProcessBuilder(folder.resolve(windows ? "mvnw.cmd" : "mvnw").toString(), "--offline",
				"--batch-mode", "-Dmaven.test.skip", "-pl", String.join(",", PUBLISHED), "-am", "package")
			.directory(folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile());
		build.environment().put("JAVA_HOME", System.getProperty("java.home"));
		assertThat(build.start().waitFor()).as(() -> read(log)).isZero();
	}

	private static void copySources(Path folder) throws IOException {
		Files.walkFileTree(PROJECT, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
					throws IOException {
				if (NO_SOURCES.contains(directory.getFileName().toString())) {
					return FileVisitResult.SKIP_SUBTREE;
				}
				Files.createDirectories(folder.resolve(PROJECT.relativize(directory)));
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				// a worktree of Git has a file of this name
				if (!NO_SOURCES.contains(file.getFileName().toString())) {
					Files.copy(file, folder.resolve(PROJECT.relativize(file)));
				}
				return FileVisitResult.CONTINUE;
			}

		});
	}

	private static List<Path> jars(Path module) throws IOException {
		try (Stream<Path> files = Files.list(module.resolve("target"))) {
			return files.filter((file) -> file.toString().endsWith(".jar")).toList();
		}
	}

	private static String read(Path log) {
		try {
			return Files.readString(log, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

}
