/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.console;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.server.PathContainer;
import org.springframework.http.server.RequestPath;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Where the console is, within the application.
 */
public final class ConsolePaths {

	private final String base;

	private final PathPattern pattern;

	private final PathPattern withServlet;

	/**
	 * Creates the paths.
	 * @param base {@code oversync.console.path}
	 * @param servletPath the prefix of the dispatcher servlet, empty for none
	 */
	public ConsolePaths(String base, String servletPath) {
		this.base = base;
		this.pattern = PathPatternParser.defaultInstance.parse(base + "/**");
		this.withServlet = PathPatternParser.defaultInstance.parse(servletPath + base + "/**");
	}

	String base() {
		return this.base;
	}

	/**
	 * Returns the pattern of everything that belongs to the console.
	 * @return such as {@code /oversync-console/**}
	 */
	public String pattern() {
		return this.pattern.getPatternString();
	}

	/**
	 * Returns whether a request is for the console.
	 * @param request the request, also before a servlet has taken it on
	 * @return whether its path is that of the console or below it
	 */
	public boolean match(HttpServletRequest request) {
		if (ServletRequestPathUtils.hasParsedRequestPath(request)) {
			return this.pattern.matches(ServletRequestPathUtils.getParsedRequestPath(request).pathWithinApplication());
		}
		PathContainer path = RequestPath.parse(request.getRequestURI(), request.getContextPath())
			.pathWithinApplication();
		return this.withServlet.matches(path);
	}

	/**
	 * Returns what a request of the console is for.
	 * @param request a request that the dispatcher servlet has taken on
	 * @return the path below that of the console, empty or with a leading slash
	 */
	static String below(ConsolePaths paths, HttpServletRequest request) {
		String path = ServletRequestPathUtils.getParsedRequestPath(request).pathWithinApplication().value();
		return path.substring(Math.min(path.length(), paths.base.length()));
	}

}
