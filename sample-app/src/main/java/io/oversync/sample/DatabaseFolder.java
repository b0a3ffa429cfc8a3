/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * The folder of the embedded PostgreSQL, locked for this process:
 * <ul>
 * <li>{@code cluster/}: PostgreSQL's own data directory</li>
 * <li>{@code complete}: exists once the cluster was created and has started; a cluster
 * without it is left from an interrupted creation and is empty</li>
 * <li>{@code server.log}: PostgreSQL's output</li>
 * <li>{@code lock}: held while an application uses the folder, released even by
 * {@code kill -9}</li>
 * </ul>
 */
final class DatabaseFolder implements AutoCloseable {

	private static final int LOG_TAIL = 15;

	private final Path root;

	private final FileChannel lock;

	private DatabaseFolder(Path root, FileChannel lock) {
		this.root = root;
		this.lock = lock;
	}

	/**
	 * Creates the folder if it is missing, and locks it.
	 * @param directory the folder
	 * @return the folder, until closed
	 * @throws StartupProblem if another process has it, or it cannot be written
	 */
	static DatabaseFolder lock(Path directory) {
		Path root = directory.toAbsolutePath().normalize();
		FileChannel channel = null;
		try {
			Files.createDirectories(root);
			channel = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
			if (tryLock(channel) != null) {
				return new DatabaseFolder(root, channel);
			}
			channel.close();
		}
		catch (IOException ex) {
			closeQuietly(channel);
			throw new StartupProblem("The database folder " + root + " cannot be used: " + ex,
					"Make it writable, or set sample.database.directory to another folder.", ex);
		}
		throw new StartupProblem("Another sample application is using the database folder " + root + ".",
				"Stop it, or start this one with another sample.database.directory, sample.database.port "
						+ "and server.port.");
	}

	private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
		try {
			return channel.tryLock();
		}
		catch (OverlappingFileLockException ex) {
			return null; // taken within this JVM
		}
	}

	private static void closeQuietly(@Nullable FileChannel channel) {
		try {
			if (channel != null) {
				channel.close();
			}
		}
		catch (IOException ex) {
			// the reason for closing is reported instead
		}
	}

	/**
	 * Deletes the files of an interrupted creation, or all files.
	 * @param fresh whether to delete a complete cluster too
	 */
	void prepare(boolean fresh) {
		try {
			Files.deleteIfExists(log());
			if (fresh || !Files.exists(complete())) {
				// first, so that a half-deleted cluster does not count as complete
				Files.deleteIfExists(complete());
				FileSystemUtils.deleteRecursively(cluster());
			}
		}
		catch (IOException ex) {
			throw new StartupProblem("The database folder " + this.root + " cannot be emptied: " + ex,
					"Delete it by hand, or set sample.database.directory to another folder.", ex);
		}
	}

	void markComplete() {
		try {
			if (!Files.exists(complete())) {
				Files.createFile(complete());
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Path cluster() {
		return this.root.resolve("cluster");
	}

	Path log() {
		return this.root.resolve("server.log");
	}

	private Path complete() {
		return this.root.resolve("complete");
	}

	/**
	 * Returns the end of PostgreSQL's output, for an error message.
	 * @return some lines
	 */
	String logTail() {
		try {
			List<String> lines = Files.readAllLines(log());
			return String.join(System.lineSeparator(),
					lines.subList(Math.max(0, lines.size() - LOG_TAIL), lines.size()));
		}
		catch (IOException ex) {
			return "(no " + log() + ")";
		}
	}

	@Override
	public void close() {
		closeQuietly(this.lock);
	}

}
