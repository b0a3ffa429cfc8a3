/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.nio.file.Path;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The location of the embedded PostgreSQL.
 *
 * @param directory folder of its files, relative to the working directory
 * @param port port of localhost that it listens on; 0 is any free one
 */
@ConfigurationProperties("sample.database")
record DatabaseProperties(@DefaultValue("data/postgres") Path directory, @DefaultValue("15432") int port) {
}
