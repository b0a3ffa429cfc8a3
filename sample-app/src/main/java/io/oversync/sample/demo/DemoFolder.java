/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.FileSystemUtils;

/**
 * The folder of the phones' files, one folder in it for each user, locked for this
 * process.
 */
final class DemoFolder implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(DemoFolder.class);

	private final Path root;

	private final FileChannel lock;

	private DemoFolder(Path root, FileChannel lock) {
		this.root = root;
		this.lock = lock;
	}

	/**
	 * Creates the folder if it is missing, and locks it.
	 * @param root the folder
	 * @return the folder, until closed
	 */
	static DemoFolder open(Path root) {
		try {
			Files.createDirectories(root);
			FileChannel lock = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE);
			if (isLocked(lock)) {
				return new DemoFolder(root, lock);
			}
			lock.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The demo's folder " + root + " cannot be used", ex);
		}
		throw new IllegalStateException("Another sample application is using the demo's folder " + root
				+ ": start this one with another sample.demo.directory");
	}

	private static boolean isLocked(FileChannel lock) throws IOException {
		try {
			return lock.tryLock() != null;
		}
		catch (OverlappingFileLockException ex) {
			return false; // taken within this JVM
		}
	}

	List<String> users() {
		try (Stream<Path> files = Files.list(this.root)) {
			return files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.matches(DemoUsers.USER))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Path create(String user) {
		try {
			return Files.createDirectories(this.root.resolve(user));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void remove(String user) {
		try {
			FileSystemUtils.deleteRecursively(this.root.resolve(user));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.lock.close();
		}
		catch (IOException ex) {
			logger.debug("The folder stays locked until the end of the process", ex);
		}
	}

}
