/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.net.URI;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Prints commands to try at the end of the start.
 */
@Component
class Welcome {

	private static final Logger logger = LoggerFactory.getLogger(Welcome.class);

	private final ObjectProvider<EmbeddedDatabase> database;

	private final Environment environment;

	Welcome(ObjectProvider<EmbeddedDatabase> database, Environment environment) {
		this.database = database;
		this.environment = environment;
	}

	@EventListener(ApplicationReadyEvent.class)
	void print() {
		URI url = OwnUrl.of(this.environment);
		String sync = url + this.environment.getProperty("oversync.base-path", "/sync");
		EmbeddedDatabase embedded = this.database.getIfAvailable();
		String databaseLine = (embedded != null) ? "psql -h localhost -p " + embedded.port() + " -U postgres"
				: this.environment.getProperty("spring.datasource.url", "").replaceFirst("\\?.*", "");
		logger.info(
				"""
						The sample is ready:
						  health    {}/health
						  sign in   curl {}/dummy-signin -H 'Content-Type: application/json' -d '{"user":"ann","password":"any"}'
						  upload    POST {}/upload
						  download  GET  {}/download
						  database  {}""",
				url, url, sync, sync, databaseLine);
	}

}
