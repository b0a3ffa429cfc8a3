/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * An application with users, posts and files that sync with SQLite devices. It contains
 * no code for the sync: the starter and {@code oversync.registered-tables} do it.
 */
@SpringBootApplication
public class SampleApplication {

	/**
	 * Starts the server, with an own PostgreSQL unless {@code spring.datasource.url} is
	 * set.
	 * @param args Spring Boot's arguments; {@code --fresh} empties the own PostgreSQL
	 * first
	 */
	public static void main(String[] args) {
		SpringApplication.run(SampleApplication.class, args);
	}

}
