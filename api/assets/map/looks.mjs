// How people are told apart: a colour and a shape each, for eyes of every kind.

// Okabe and Ito (2008), without the yellow that a pale map swallows and the black that
// the vicinity has.
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
// Corners on a circle of radius 1, y downwards; one fewer shapes than colours, so that
// the thirtieth person still differs from the first.
const SHAPES = [
  null,
  [
    [-0.85, -0.85],
    [0.85, -0.85],
    [0.85, 0.85],
    [-0.85, 0.85],
  ],
  [
    [0, -1.1],
    [1, 0.8],
    [-1, 0.8],
  ],
  [
    [0, -1.2],
    [1.2, 0],
    [0, 1.2],
    [-1.2, 0],
  ],
  [
    [0, 1.1],
    [1, -0.8],
    [-1, -0.8],
  ],
];

/** The colour and the shape of the n-th person. */
export function look(n) {
  return { colour: COLOURS[n % COLOURS.length], shape: n % SHAPES.length };
}

/** An SVG path of a shape round x, y. */
export function outline(shape, x, y, radius) {
  const corners = SHAPES[shape];
  if (!corners) {
    const arc = `a${radius},${radius} 0 1 0`;
    return `M${fixed(x - radius)},${fixed(y)}${arc} ${2 * radius},0${arc} ${-2 * radius},0z`;
  }
  const drawn = corners.map(
    ([dx, dy]) => `${fixed(x + dx * radius)},${fixed(y + dy * radius)}`,
  );
  return `M${drawn.join("L")}z`;
}

function fixed(number) {
  return Number(number.toFixed(2));
}

const ICON_PX = 18;

/** The picture of a fix; hollow where the fix is not trusted. */
export function icon({ colour, shape }, hollow, density = 2) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = ICON_PX * density;
  const pen = canvas.getContext("2d");
  pen.scale(density, density);
  const path = new Path2D(outline(shape, ICON_PX / 2, ICON_PX / 2, hollow ? 5 : 4.5));
  pen.lineJoin = "round";
  pen.lineWidth = hollow ? 5 : 3;
  pen.strokeStyle = "#ffffff";
  pen.stroke(path);
  pen.fillStyle = hollow ? "#ffffff" : colour;
  pen.fill(path);
  pen.lineWidth = 2;
  pen.strokeStyle = colour;
  if (hollow) pen.stroke(path);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
