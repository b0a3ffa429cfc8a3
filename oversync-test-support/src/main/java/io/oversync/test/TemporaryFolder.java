/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.util.FileSystemUtils;

/**
 * A new folder that is deleted with its content.
 */
public final class TemporaryFolder implements AutoCloseable {

	private final Path path;

	/** Creates the folder. */
	public TemporaryFolder() {
		try {
			this.path = Files.createTempDirectory("oversync-simulator");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Returns the folder.
	 * @return its path
	 */
	public Path path() {
		return this.path;
	}

	@Override
	public void close() {
		try {
			FileSystemUtils.deleteRecursively(this.path);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
