/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.console;

import java.util.regex.Pattern;

import io.oversync.internal.catalog.OversyncStartupException;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code oversync.console.*}.
 *
 * @param enabled Whether the operators' console is served.
 * @param path Path of the console, below the application's context path. It must lie
 * outside of oversync.base-path, whose security is that of devices.
 * @param authority Authority that an operator needs. The console is answered 404 to
 * everyone else.
 */
@ConfigurationProperties("oversync.console")
public record OversyncConsoleProperties(@DefaultValue("false") boolean enabled,
		@DefaultValue("/oversync-console") String path, @DefaultValue("OVERSYNC_ADMIN") String authority) {

	private static final Pattern PATH = Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+");

	public OversyncConsoleProperties {
		if (!PATH.matcher(path).matches()) {
			throw new OversyncStartupException(
					"The property oversync.console.path is '" + path + "', but it must be a path without wildcards.",
					"Write a path that starts with '/', does not end with '/' and consists of letters, digits and ._~-,"
							+ " such as /oversync-console.");
		}
		if (authority.isBlank()) {
			throw new OversyncStartupException("The property oversync.console.authority is empty.",
					"Name the authority of operators, or remove the property for OVERSYNC_ADMIN.");
		}
	}

}
